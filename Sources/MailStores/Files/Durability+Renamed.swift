extension Durability {
    @available(*, deprecated, renamed: "fsync")
    public static var synced: Durability { .fsync }

    @available(*, deprecated, renamed: "none")
    public static var relaxed: Durability { .none }
}
