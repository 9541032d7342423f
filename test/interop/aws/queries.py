"""Reads saved queries as Athena and Trino do; tells which tables, columns and functions they have not."""

import json
import sys

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

given = json.load(sys.stdin)
problems = []
functions = set()
for name, sql in given["queries"].items():
    for dialect in ("athena", "trino"):
        try:
            statements = sqlglot.parse(sql, read=dialect)
            if len(statements) != 1 or not isinstance(statements[0], (exp.Query, exp.Create)):
                raise ValueError("it is not one query")
            for each in statements[0].find_all(exp.Anonymous):
                functions.add(each.name.lower())
            query = statements[0].expression if isinstance(statements[0], exp.Create) else statements[0]
            qualify(query.copy(), schema=given["schema"], dialect=dialect, validate_qualify_columns=True)
        except Exception as error:  # whatever it says is what the test tells
            problems.append(f"{name} ({dialect}): {error}")
json.dump({"problems": problems, "functions": sorted(functions)}, sys.stdout)
