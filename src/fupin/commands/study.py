"""`fupin study`: studies as data: list, show, run, report; look into what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.commands.output import Lang, print_table
from fupin.commands.running import Deadline, Engine, Retry, StudyFolder, Workers
from fupin.errors import FupinError
from fupin.labels import language, pick, tell

if TYPE_CHECKING:
    from fupin.experiments.study_text import StudyFile

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=tell("作为数据的研究：列出、运行、报告", "studies as data: list, run, report"),
)

SHOWN = 20  # failed runs on the terminal

Name = Annotated[str, typer.Argument(help=tell("研究：名称或 .toml 文件", "study: a name or a .toml file"))]
Out = Annotated[Path | None, typer.Option("--out", help=tell("结果文件夹", "results folder"))]
Pdf = Annotated[bool, typer.Option("--pdf", help=tell("另写 PDF", "write a PDF too"))]


@app.command("list", help=tell("内容库里的研究", "the studies of the library"))
def list_(lang: Lang = None) -> None:
    """List the studies of the library."""
    lang = language(lang)
    from fupin.experiments.study_text import load_study_file, studies

    rows = []
    for name in studies():
        text = load_study_file(name).text
        about = tell(text.description_zh or text.zh, text.description or text.en, lang)
        rows.append((name, text.command, pick(text, lang), about))
    print_table(tell("名称 命令 标签 说明", "name command label description", lang).split(), rows)


@app.command(help=tell("运行一个研究；中断后用同样的命令继续", "run a study; the same command goes on after a stop"))
def run(
    context: typer.Context,
    name: Name,
    out: Out = None,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry_failed: Retry = False,
    lang: Lang = None,
) -> None:
    """Run the command that the study file describes."""
    from fupin.experiments.study_text import load_study_file

    file = load_study_file(name)
    options = ["--engine", engine, *(["--retry-failed"] if retry_failed else [])]
    options += ["--workers", str(workers)] if workers is not None else []
    options += ["--deadline", str(deadline)] if deadline is not None else []
    _call(context, file, [*options, "--out", str(out or file.results), "--lang", language(lang)])


@app.command(help=tell("写出已运行研究的报告", "write the report of a study that has been run"))
def report(context: typer.Context, name: Name, out: Out = None, pdf: Pdf = False, lang: Lang = None) -> None:
    """Write report.LANG.html and .xlsx (and .pdf) beside the results; nothing is run that is stored."""
    from fupin.experiments.study_text import load_study_file

    file = load_study_file(name)
    folder = out or file.results
    if not folder.is_dir():
        older = [] if out else sorted(folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"))
        made = (
            tell(
                f"（其文本或 fupin 的另一版本：{', '.join(map(str, older))}）",
                f" (of another version of its text or of fupin: {', '.join(map(str, older))})",
            )
            if older
            else ""
        )
        raise FupinError(
            tell(
                f"没有 {folder}{made}；先运行研究：fupin study run {name}",
                f"{folder} does not exist{made}; run the study first: fupin study run {name}",
            )
        )
    _call(context, file, [*(["--pdf"] if pdf else []), "--out", str(folder), "--lang", language(lang)])


@app.command(
    help=tell(
        "文件夹里的研究问什么、进度、失败的运行", "what the studies of a folder ask, how far they are, what failed"
    )
)
def show(folder: StudyFolder, lang: Lang = None) -> None:
    """Print what the studies in a folder ask, when they were begun, how far they are, and which runs failed."""
    lang = language(lang)
    from fupin.commands.decide import factor_labels_of
    from fupin.experiments.study import open_study
    from fupin.experiments.study.described import FEW, begun, described, varied_in

    inner = [path.parent for path in sorted(folder.glob("**/study.json"))] if folder.is_dir() else []
    if not inner:
        raise FupinError(
            tell(f"{folder} 里没有研究（没有 study.json）", f"{folder} holds no study (no study.json in it)")
        )
    rows, failed = [], []
    for place in inner:
        results, name = open_study(place), str(place.relative_to(folder.parent))  # the long way to it is known
        study = results.store.study
        done = sum(len(study.runs_of(chunk)) for chunk in results.store.done())
        varied = varied_in(results)
        labels = factor_labels_of(varied, results.about["arms"]) if len(varied) <= FEW else {}
        what = described(results, labels, lang)
        rows.append((name, pick(study, lang), what, begun(results), f"{done} / {len(study)}", len(results.failed)))
        failed += [
            (name, run, entry["reason"], ", ".join(f"{key} {value}" for key, value in entry["row"].items()))
            for run, entry in results.store.failed().items()
        ]
    print_table(tell("文件夹 研究 内容 开始 已完成 失败", "folder study what begun done failed", lang).split(), rows)
    if failed:
        title = tell("失败的运行（--retry-failed 重试）", "failed runs (--retry-failed tries them again)", lang)
        print_table(tell("文件夹 运行 原因 取值", "folder run reason row", lang).split(), failed[:SHOWN], title=title)
        if (rest := len(failed) - SHOWN) > 0:
            print(tell(f"其余 {rest} 次见各文件夹的 failed/", f"{rest} more are in failed/ of their folders", lang))


@app.command(help=tell("把已完成研究的小文件合并", "put the small files of a finished study together"))
def compact(folder: StudyFolder) -> None:
    """One Parquet file a table instead of one a chunk."""
    from fupin.experiments.study import open_study
    from fupin.experiments.study.lock import locked

    store = open_study(folder).store
    with locked(folder):
        store.compact()
    print(folder)


def _call(context: typer.Context, file: StudyFile, more: Sequence[str]) -> None:
    """The command of a study, with its options checked against those that the command has."""
    root: Any = context.find_root()
    _, command, _ = root.command.resolve_command(root, [file.text.command])
    known = {str(one.name): bool(getattr(one, "is_flag", False)) for one in command.params}
    named = {option.lstrip("-").replace("-", "_"): str(one.name) for one in command.params for option in one.opts}
    flags = {option: known[name] for option, name in named.items() if name in known}
    command.main([*file.arguments(flags), *more], standalone_mode=False)
