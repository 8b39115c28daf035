"""Drains a maildrop with poplib: PORT TLSPORT CAFILE FOLDER WAY.

Each message goes to FOLDER/NUMBER as it was on the wire, dots removed. Lines are read from poplib's own file, since
poplib's RETR takes a bare-LF dot line for the end.
"""
import poplib
import ssl
import sys

port, tls_port, ca_file, folder, way = sys.argv[1:6]
context = ssl.create_default_context(cafile=ca_file)
if way == "tls":
    pop = poplib.POP3_SSL("localhost", int(tls_port), context=context)
else:
    pop = poplib.POP3("127.0.0.1", int(port))
if way == "stls":
    pop.host = "localhost"
    pop.stls(context)
if way == "apop":
    pop.apop("user", "password")
else:
    pop.user("user")
    pop.pass_("password")
count, octets = pop.stat()
assert len(pop.list()[1]) == len(pop.uidl()[1]) == count
total = 0
for number in range(1, count + 1):
    pop._putcmd("RETR %d" % number)
    status = pop.file.readline()
    size = int(status.split()[1])
    body = b""
    while not (body.endswith(b"\r\n.\r\n") or body == b".\r\n"):
        body += pop.file.readline()
    body = body[:-3]
    if body.startswith(b"."):
        body = body[1:]
    body = body.replace(b"\r\n.", b"\r\n")
    assert len(body) == size, (number, len(body), size)
    total += size
    with open("%s/%d" % (folder, number), "wb") as output:
        output.write(body)
assert total == octets, (total, octets)
pop.dele(1)
pop.quit()
print(count)
