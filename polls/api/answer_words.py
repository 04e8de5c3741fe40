"""What a question may set and a ballot may say, type by type, as the schema tells it."""

CONFIGS = """By the type of the question:

| Type | Settings |
|---|---|
| `single`, `yes_no` | none |
| `multiple`, `image` | `min`, `max`: how many answers (1 to all; `image` 1 unless said) |
| `quiz` | `right`: places of the right answers, from 1; what is told has `many`, too |
| `scale`, `rating` | `min`, `max` (0 to 10; 1 to 5 unless said), \
`low`, `high`, `low_en`, `high_uk` …: what the ends are called, in the question's languages |
| `number` | `min`, `max` (0 to 100 unless said), `unit`; told with `step`, the width of a class |
| `ranking` | `places`: how many of the answers are ranked (all unless said) |
| `points` | `total` (10 unless said), `max` for one answer, `unit` |
| `words` | `max`: how many words (1 to 5; 3 unless said) |
| `text` | `length` (20 to 500; 280 unless said), `moderation`: `before` (unless said) or `after` |
| `pin` | `on`: `image` (its own, unless said) or `map` with `box` [west, south, east, north] |
"""

VALUES = """By the type of the question; `null` takes the ballot back:

| Type | Value |
|---|---|
| `single`, `multiple`, `yes_no`, `quiz`, `image` | `{"options": [id, …]}` |
| `scale`, `number` | `{"number": 4}` |
| `rating` | `{"ratings": {"<option>": 4}}`, at least one |
| `ranking` | `{"ranking": [id, …]}`, best first, as many as `places` says |
| `points` | `{"points": {"<option>": 3}}` |
| `words` | `{"words": ["…"]}`, 30 characters each |
| `text` | `{"text": "…"}` |
| `pin` | `{"pin": [x, y]}`: thousandths from the left and from the top, 0 to 999 |
"""
