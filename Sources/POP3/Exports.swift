// `MessageBytes`, `TLSConfiguration`, `TransportError` and `ResponseCode` are part of this module's interface.
@_exported public import BIOTransport
@_exported public import MailStorage
@_exported public import POP3Wire
