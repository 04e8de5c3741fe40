"""Benchmarks: real processes, ratios against a baseline in the same run. Never part of the suite.

Each is a command, for example `python -m tests.benchmarks.bench_bookings`. They need PostgreSQL
(`BENCH_DATABASE_URL`, a server on which databases may be made) and print a Markdown table.
"""
