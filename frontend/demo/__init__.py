"""The demo: what programme and towns really have, with dates in the coming weeks.

Everything is made through the services, as people would make it, and only once: each part looks
whether it is there and leaves it alone if so.
"""
