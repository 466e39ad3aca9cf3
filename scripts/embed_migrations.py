#!/usr/bin/env python3
"""Writes the scripts of migrations/ as a C table: embed_migrations.py OUT SCRIPT..."""
import os
import re
import sys


def c_string(text):
    lines = text.splitlines(keepends=True)
    quoted = ('"%s"' % line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in lines)
    return "\n     ".join(quoted) or '""'


def main():
    out, scripts = sys.argv[1], sorted(sys.argv[2:])
    folder = os.path.dirname(scripts[0])
    on_disk = {name for name in os.listdir(folder) if name.endswith(".sql")}
    listed = {os.path.basename(path) for path in scripts}
    if on_disk != listed:
        sys.exit("migrations/ and the list in src/platform/db/meson.build differ: %s" % sorted(on_disk ^ listed))
    rows, last = [], 0
    for path in scripts:
        name = os.path.basename(path)[: -len(".sql")]
        if not re.fullmatch(r"[0-9]{4}_[a-z0-9_]+", name) or int(name[:4]) <= last:
            sys.exit("a migration is called NNNN_name.sql, each number once: %s" % os.path.basename(path))
        number = last = int(name[:4])
        with open(path, encoding="utf-8") as script:
            rows.append('    {%d, "%s",\n     %s},' % (number, name, c_string(script.read())))
    with open(out, "w", encoding="utf-8") as table:
        table.write('/* Made from migrations/ by scripts/embed_migrations.py. */\n#include "platform/db/migrate.h"\n\n')
        table.write("const struct migration MIGRATIONS[] = {\n%s\n};\n" % "\n".join(rows))
        table.write("const size_t MIGRATIONS_COUNT = sizeof MIGRATIONS / sizeof MIGRATIONS[0];\n")


main()
