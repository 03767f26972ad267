"""Pages dealt out to the processes that read them, so that all end at about the same time.

Sphinx cuts the sorted list of pages into pieces of equal number, and a process reads one piece after the other. The
chapters stand together in that list and take far longer than the other pages, so the process that comes to read them
last keeps all others waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["dealt"]


def dealt(pages: Sequence[str], sizes: Mapping[str, int], pieces: Sequence[int], processes: int) -> list[str]:
    """The pages in an order in which the pieces take about as long as each other.

    Parameters
    ----------
    pages : names of the pages
    sizes : how much there is to read of each page, in any unit; a page that is missing has nothing
    pieces : number of pages of each piece, in the order in which they are begun; their sum is the number of pages
    processes : how many pieces are read at a time

    Returns
    -------
    list of str
        The same pages: first as many pieces as fill all processes, alike in size, then the smallest pages.

    Raises
    ------
    ValueError
        If the pieces do not hold the pages.
    """
    if sum(pieces) != len(pages):
        raise ValueError(f"pieces of {list(pieces)} pages do not hold {len(pages)} pages")
    begun = len(pieces) - len(pieces) % processes if len(pieces) > processes else len(pieces)
    largest_first = sorted(pages, key=lambda page: (-sizes.get(page, 0), page))
    shares: list[list[str]] = [[] for _ in pieces]
    loads = [0] * begun
    for page in largest_first[: sum(pieces[:begun])]:
        free = [number for number in range(begun) if len(shares[number]) < pieces[number]]
        least = min(free, key=lambda number: (loads[number], number))
        shares[least].append(page)
        loads[least] += sizes.get(page, 0)
    rest = iter(largest_first[sum(pieces[:begun]) :])
    for number in range(begun, len(pieces)):
        shares[number] = [next(rest) for _ in range(pieces[number])]
    return [page for share in shares for page in share]
