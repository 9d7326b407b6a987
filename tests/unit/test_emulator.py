"""The terminal of the tests shows what pyte shows, however the bytes are cut."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.end_to_end.emulator import Screen, Stream

COLUMNS, ROWS = 12, 4

TEXTS = st.text(alphabet="aB7 é─⣿▲日本e\u0301", min_size=1, max_size=15)
NUMBER = st.sampled_from(["", "0", "1", "2", "3", "5", "13", "200"])
COLOURS = st.sampled_from(["", "0", "1", "31", "38;2;255;0;9", "48;5;17", "0;1;7", "39;49", "38;2"])
SEQUENCES = st.one_of(
    TEXTS,
    COLOURS.map(lambda numbers: f"\x1b[{numbers}m"),
    st.tuples(st.sampled_from(["", "0", "1", "2"]), st.sampled_from("JK")).map(
        lambda one: f"\x1b[{one[0]}{one[1]}"
    ),
    st.tuples(NUMBER, NUMBER).map(lambda place: f"\x1b[{place[0]};{place[1]}H"),
    st.tuples(NUMBER, st.sampled_from("HABCDLMPX@Gd")).map(lambda one: f"\x1b[{one[0]}{one[1]}"),
    st.sampled_from(
        ["\r", "\n", "\b", "\t", "\a", "\x1b7", "\x1b8", "\x1bM", "\x1b]2;title\a", "\x1b[4h", "\x1b[4l"]
    ),
    st.sampled_from(
        ["\x1b[?7l", "\x1b[?7h", "\x1b[?25l", "\x1b[?2026h", "\x1b[2;3r", "\x1b[<1u", "\x1b(0", "\x1b[!"]
    ),
)


class Counting(pyte.Screen):
    bells = 0

    def bell(self, *_args: object) -> None:
        self.bells += 1


@settings(max_examples=300)
@given(st.lists(SEQUENCES, max_size=25).map("".join), st.lists(st.integers(0, 300), max_size=4))
def test_it_shows_what_pyte_shows_however_the_bytes_are_cut(written: str, cuts: list[int]) -> None:
    data = written.encode()
    right = Counting(COLUMNS, ROWS)
    pyte.ByteStream(right).feed(data)
    screen = Screen(COLUMNS, ROWS)
    stream = Stream(screen)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for begin, end in pairwise(edges):
        stream.take(data[begin:end])
        screen.texts()  # whoever looks in between changes nothing
    with contextlib.suppress(IndexError):  # pyte cannot show the second half of a wide sign without its first
        assert screen.texts() == [line.rstrip() for line in right.display]
    cells = [(row, column) for row in range(ROWS) for column in range(COLUMNS)]
    assert [screen.buffer[y][x] for y, x in cells] == [right.buffer[y][x] for y, x in cells]
    assert (screen.cursor.y, screen.cursor.x, screen.bells) == (right.cursor.y, right.cursor.x, right.bells)


def test_the_sequence_that_pyte_does_not_know_draws_nothing_even_when_it_is_cut() -> None:
    for cut in range(5):
        screen = Screen(COLUMNS, ROWS)
        stream = Stream(screen)
        stream.take(b"a" + b"\x1b[<u"[:cut])
        stream.take(b"\x1b[<u"[cut:] + b"b")
        assert screen.texts()[0] == "ab"


def test_a_screen_of_another_size_is_read_whole() -> None:
    screen = Screen(COLUMNS, ROWS)
    stream = Stream(screen)
    stream.take("wide 日 line\r\nnext".encode())
    assert screen.texts()[:2] == ["wide 日 line", "next"]
    screen.resize(ROWS + 2, COLUMNS)
    stream.take(b"\x1b[6;1Hlast")
    assert len(screen.texts()) == ROWS + 2
    assert screen.texts()[5] == "last"
