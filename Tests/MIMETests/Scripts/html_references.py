"""Prints each named character reference and the UTF-8 of what Python takes it for: `&auml; c3+a4`."""
import html.entities

for name, text in sorted(html.entities.html5.items()):
    print("&" + name, "+".join(f"{octet:02x}" for octet in text.encode()))
