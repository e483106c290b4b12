"""Fitting: the same bytes again, wrong tables named, corrections that help on rows they did not see."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from matcher import scoring, training
from matcher.knowledge import DATA_DIR, KnowledgeError, load_positions


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_fit_gives_the_same_bytes_and_the_committed_ones(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        shutil.copy(scoring.MODELS_DIR / "figures.json", tmp_path / name)
        training.fit(DATA_DIR, tmp_path / name)
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "two")
    committed = contents(scoring.MODELS_DIR)
    assert {name: committed[name] for name in one} == one


def test_a_loaded_ranker_scores_as_the_fitted_one() -> None:
    fitted, loaded = training.build(), scoring.load()
    text = "负责手机银行用户运营：拉新、促活、留存，使用 Power BI 和 CRM。"
    assert scoring.score_text(fitted, text) == scoring.score_text(loaded, text)
    assert fitted.asked == loaded.asked


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("99,duty,某职责,2,x", "无效"),
        ("1,hobby,某职责,2,x", "无效"),
        ("1,duty,,2,x", "无效"),
        ("1,duty,某职责,多,x", "不是数字"),
        ("1,duty,某职责,-1,x", "无效"),
        ("1,duty,产品规划,2,x", "重复"),
        ("1,duty,某职责", "列数"),
    ],
)
def test_wrong_terms_name_their_row(data: Path, row: str, message: str) -> None:
    with (data / "position_terms.csv").open("a", encoding="utf-8") as handle:
        handle.write(row + "\n")
    with pytest.raises(KnowledgeError, match=message):
        training.load_terms(data)


def test_every_position_has_reviewed_words_of_each_field() -> None:
    terms = training.load_terms()
    for position in load_positions():
        own = {t.field for t in terms if t.position_id == position.position_id}
        assert {"title", "duty", "tool", "term"} <= own
    assert sum(t.position_id == 0 for t in terms) > 200


def test_no_personal_trait_is_a_feature() -> None:
    ranker = scoring.load()
    banned = {
        "男",
        "女",
        "汉族",
        "回族",
        "未婚",
        "已婚",
        "党员",
        "籍贯",
        "清华大学",
        "北京大学",
        "重庆",
        "北京",
        "四川",
    }
    assert not banned & set(ranker.words)


def test_a_new_word_counts_after_a_refit(data: Path, tmp_path: Path) -> None:
    with (data / "position_terms.csv").open("a", encoding="utf-8") as handle:
        handle.write("4,tool,octopuspaint,3,测试用的软件名\n")
    training.fit(data, tmp_path / "models")
    after = scoring.load(tmp_path / "models", data)
    scores = dict(zip(after.position_ids, scoring.score_text(after, "精通 OctopusPaint"), strict=True))
    assert max(scores, key=scores.__getitem__) == 4
    assert scoring.score_text(scoring.load(), "精通 OctopusPaint") == (0.0,) * 10


ADVERTS = "\n".join(
    f"s{i % 3},{group},{text}"
    for i, (group, text) in enumerate(
        [
            ("6", "负责葡萄平台的葡萄报表与数据提取"),
            ("6", "葡萄报表开发和数据核对"),
            ("6", "维护葡萄报表"),
            ("5|8", "木瓜社区的木瓜活动与运营"),
            ("5|8", "木瓜活动策划"),
            ("8", "撰写木瓜活动文案"),
        ]
        * 2
    )
)


def test_adverts_teach_words_to_the_allowed_positions_only(data: Path, tmp_path: Path) -> None:
    ads = tmp_path / "ads.csv"
    ads.write_text("source_repo,label_group,text\n" + ADVERTS + "\n", encoding="utf-8")
    with (data / "user_dict.txt").open("a", encoding="utf-8") as handle:
        handle.write("葡萄报表\n木瓜活动\n")
    ranker = training.fit(data, tmp_path / "models", ads)
    learned = training.load_learned(ranker.position_ids, data)
    by_position = dict(zip(ranker.position_ids, learned["葡萄报表"], strict=True))
    assert max(by_position, key=by_position.__getitem__) == 6
    red = dict(zip(ranker.position_ids, learned["木瓜活动"], strict=True))
    assert max(red, key=red.__getitem__) in (5, 8)
    assert min(red[5], red[8]) >= max(v for k, v in red.items() if k not in (5, 8)) - 0.5


def test_unknown_label_is_named(tmp_path: Path) -> None:
    ads = tmp_path / "ads.csv"
    ads.write_text("source_repo,label_group,text\ns,77,负责运营\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="77"):
        training.load_adverts(ads, load_positions())


def test_marginal_likelihood_leaves_the_choice_among_allowed_positions_open() -> None:
    """Two words, three positions; the second text may be position 1 or 2: neither is pushed below the other."""
    from scipy import sparse

    x = sparse.csr_matrix(np.array([[1.0, 0.0], [0.0, 1.0]]))
    adverts = (training.Advert("", "s", "0", (0,)), training.Advert("", "s", "1|2", (1, 2)))
    w = training.learn(x, np.zeros((2, 3)), adverts, training.LearnSettings(ridge=0.01))
    assert w[0].argmax() == 0
    assert w[1, 0] < w[1, 1] == pytest.approx(w[1, 2])
