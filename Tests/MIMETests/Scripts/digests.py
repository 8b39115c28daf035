"""digests.py ALGORITHM COUNT: prints the digests of the first 0, 1, … octets of 0, 7, 14, …, modulo 256."""
import hashlib
import sys

octets = bytes(index * 7 % 256 for index in range(int(sys.argv[2])))
for length in range(int(sys.argv[2])):
    print(hashlib.new(sys.argv[1], octets[:length]).hexdigest())
