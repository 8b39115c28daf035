@available(*, deprecated, renamed: "MessageOrigin")
public typealias MessageEnvelope = MessageOrigin

@available(*, deprecated, renamed: "DeliveryOutcome")
public typealias Delivery = DeliveryOutcome
