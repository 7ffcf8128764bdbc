"""Batches: each row once an epoch, in an order that follows from seed and epoch."""

from __future__ import annotations

from dlcourse.training.batches import batch_order


def test_an_order_visits_every_row_once_and_changes_with_seed_and_epoch():
    orders = [batch_order(40, 8, seed=s, epoch=e) for s, e in [(0, 0), (0, 1), (1, 0), (1, 1)]]
    for order in orders:
        assert sorted(order) == list(range(40))
    assert len({tuple(order) for order in orders}) == 4


def test_one_batch_of_all_rows_keeps_their_order():
    assert batch_order(5, 5, seed=0, epoch=0).tolist() == [0, 1, 2, 3, 4]
    assert batch_order(5, 9, seed=0, epoch=3).tolist() == [0, 1, 2, 3, 4]
