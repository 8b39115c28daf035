// `SinkError` and `Durability` are part of this module's interface.
@_exported public import MailStores
