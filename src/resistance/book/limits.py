"""What the check and the running code both hold a page to. Kernels import this, so nothing else stands here."""

from __future__ import annotations

SHORTEST_ALT = 40  # characters; less cannot stand in for a picture
LONGEST_CELL = 40  # lines
# Words of a chapter's running text: less does not answer its question, more is not read by who has little time.
SHORTEST_PROSE, LONGEST_PROSE = 900, 1800
# Words. Of the claims of under 30 words that other readers tried to refute, one in six fell; of those of 60 and more,
# two in three: a long sentence holds several findings, and one that falls takes the others with it.
LONGEST_CLAIM, LONGEST_BALANCE = 40, 100
