"""Prints domains in many scripts: the ASCII form that Python makes, and the domain."""
WORDS = ["bücher", "müller-straße", "παράδειγμα", "пример", "例え", "實例", "실례", "उदाहरण", "דוגמה", "مثال", "உதாரணம்", "ñandú", "œuvre", "çelik",
         "żółw", "ål", "ệ", "łódź-2", "1ä"]
for word in WORDS:
    print("xn--" + word.encode("punycode").decode() + ".test", word + ".test")
