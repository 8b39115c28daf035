"""Prints words in many charsets, as Python writes them: the charset's name in mail, the octets and the text in UTF-8, in hex."""
WORDS = {
    "iso-8859-1": "naïve Straße", "iso-8859-2": "Příliš žluťoučký", "iso-8859-3": "Ĝis ĉiuĵaŭde", "iso-8859-4": "Ķēniņš",
    "iso-8859-5": "Привет", "iso-8859-6": "مرحبا", "iso-8859-7": "Καλημέρα", "iso-8859-8": "שלום", "iso-8859-9": "İşçi ğ",
    "iso-8859-10": "Þingvöllum", "iso-8859-11": "สวัสดี", "iso-8859-13": "Ačiū", "iso-8859-14": "Ŵyth ẁ",
    "iso-8859-15": "10 € Œuvre", "iso-8859-16": "Șapte țări", "windows-1250": "Příliš „žluťoučký“", "windows-1251": "Привет №1",
    "windows-1252": "“10 €” naïve", "windows-1253": "Καλημέρα", "windows-1254": "İşçi", "windows-1255": "שלום",
    "windows-1256": "مرحبا", "windows-1257": "Ačiū", "windows-1258": "chào", "koi8-r": "Привет", "koi8-u": "Привіт її",
    "koi8-t": "Тоҷикӣ", "cp437": "naïve ░", "cp850": "naïve", "cp866": "Привет", "macintosh": "naïve “”", "mac-cyrillic": "Привет",
    "utf-7": "naïve + Привет", "utf-8": "naïve 日本 😀", "utf-16": "naïve 日本 😀", "utf-16le": "naïve 日本", "utf-16be": "naïve 日本",
    "utf-32": "naïve 😀", "shift_jis": "日本語テキスト", "windows-31j": "日本語①", "euc-jp": "日本語テキスト", "iso-2022-jp": "日本語 text ｱ",
    "iso-2022-kr": "한국어 text", "euc-kr": "한국어 텍스트", "ks_c_5601-1987": "한국어 텍스트", "windows-949": "한국어 똠방각하", "johab": "한국어",
    "gb2312": "简体中文", "gbk": "简体中文 繁體", "gb18030": "简体中文 😀", "hz-gb-2312": "简体 ~ text", "big5": "繁體中文",
    "big5-hkscs": "繁體中文 香港", "tis-620": "สวัสดี",
}
PYTHON = {
    "iso-8859-1": "cp1252", "macintosh": "mac-roman", "windows-31j": "cp932", "ks_c_5601-1987": "cp949", "windows-949": "cp949",
    "tis-620": "cp874", "iso-8859-11": "cp874", "koi8-t": "koi8-t", "hz-gb-2312": "hz", "iso-2022-jp": "iso2022_jp",
}
for name, text in WORDS.items():
    if name == "iso-2022-jp":
        text = text.replace("ｱ", "")
    octets = text.encode(PYTHON.get(name, name))
    print(name, octets.hex(), text.encode().hex())
