"""Checks lines of JSON (FILE) against a JSON schema (SCHEMA); prints each violation, and how many lines there were."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
count = 0
# Lines end with LF alone: splitlines() would also break at U+2028 and others.
with open(sys.argv[2], "rb") as file:
    for line in file.read().decode("utf-8").split("\n")[:-1]:
        count += 1
        mail = json.loads(line)
        for error in validator.iter_errors(mail):
            print("violation:", mail.get("source"), error.json_path, error.message[:200])
print("lines:", count)
