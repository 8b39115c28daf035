extension MIMEPart {
    /// The report in a message/delivery-status or message/global-delivery-status; nil for other types. O(n).
    public var deliveryStatus: DeliveryStatus? {
        switch contentType.mediaType {
        case "message/delivery-status", "message/global-delivery-status": DeliveryStatus(decodedBody().bytes)
        default: nil
        }
    }

    /// The report in a message/disposition-notification or its global form; nil for other types. O(n).
    public var dispositionNotification: DispositionNotification? {
        switch contentType.mediaType {
        case "message/disposition-notification", "message/global-disposition-notification":
            DispositionNotification(decodedBody().bytes)
        default: nil
        }
    }

    /// The report in a message/feedback-report; nil for other types. O(n).
    public var feedbackReport: FeedbackReport? {
        contentType.mediaType == "message/feedback-report" ? FeedbackReport(decodedBody().bytes) : nil
    }
}

extension Mail {
    /// The first delivery status of the message, such as a bounce has (RFC 3464); nil where it has none.
    public var deliveryStatus: DeliveryStatus? { document.parts.lazy.compactMap(\.deliveryStatus).first }

    /// The first disposition notification of the message, a receipt (RFC 8098); nil where it has none.
    public var dispositionNotification: DispositionNotification? {
        document.parts.lazy.compactMap(\.dispositionNotification).first
    }

    /// The first feedback report of the message, a complaint (RFC 5965); nil where it has none.
    public var feedbackReport: FeedbackReport? { document.parts.lazy.compactMap(\.feedbackReport).first }
}
