// The types of this module's interface: `TLSConfiguration` and `TransportError`, `MessageBytes`, `ResponseCode`,
// `POP3Credential` and `AuthenticationPolicy`.
@_exported public import BIOTransport
@_exported public import MessageBuffers
@_exported public import SASL

@_exported public import struct POP3Wire.ResponseCode
