"""What admins read about documents and generations, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """The sentences of one language."""

    add_admin_only: str
    add_too_large: str
    add_started: str
    add_done: str
    add_replaced: str
    add_skipped: str
    add_same: str
    add_failed: str
    documents: str
    documents_empty: str
    document: str
    document_title: str
    document_gone: str
    remove_usage: str
    remove_unknown: str
    remove_near: str
    remove_confirm: str
    remove_button: str
    confirm_button: str
    cancel_button: str
    cancelled: str
    removed: str
    removed_copies: str
    removed_later: str
    answer_removed: str
    lost: str
    publish_button: str
    keep_button: str
    kept: str
    turned: str
    turn_button: str
    turn_busy: str
    turn_gone: str
    thanks: str
    handed_over: str
    take_button: str
    leave_button: str
    left_out: str
    may_be_asked: str
    gaps: str
    gap: str
    gaps_none: str
    write_button: str
    add_button: str
    add_how: str
    write_prompt: str
    stats: str
    chart_title: str
    chart_found: str
    chart_missed: str
    removed_versions: str
    error_report: str


ZH = LibraryWords(
    add_admin_only="只有管理员可以把文档加进文档库。直接发问题给我就行。",
    add_too_large="《{name}》超过 20 MB，Telegram 不让机器人下载。请拆开再发，或在服务器上运行 wenbao documents add。",
    add_started="收到《{name}》，正在读……",
    add_done="<b>已加入《{name}》</b>：{paragraphs} 段（第 {generation} 代，{seconds:.1f} 秒）",
    add_replaced="<b>《{name}》已换成新的</b>：{paragraphs} 段（第 {generation} 代，{seconds:.1f} 秒）",
    add_skipped="<b>《{name}》没有加入</b>：{why}",
    add_same="《{name}》已经在库里，内容一个字节也没变。",
    add_failed="《{name}》没有加成，文档库没有变。原因在日志里，改正后请再发一次。",
    documents="<b>文档库</b>：{count} 份，第 {page}/{pages} 页。点一份看看，或移除它。",
    documents_empty="文档库还是空的。把文档发给我，或发 /reindex。",
    document="<b>{name}</b>\n{paragraphs} 段，{size}，{origin}",
    document_title="标题：{title}",
    document_gone="这份文档已经移除了。",
    remove_usage="用法：/remove 文档名。/documents 列出全部文档。",
    remove_unknown="没有名为《{name}》的文档。/documents 列出全部。",
    remove_near="是不是：{names}",
    remove_confirm="要移除<b>《{name}》</b>吗？它的 {paragraphs} 个段落、向量和原件都会抹掉，找不回来。",
    remove_button="移除",
    confirm_button="确认移除",
    cancel_button="取消",
    cancelled="没有移除。",
    removed="<b>已移除《{name}》</b>\n提交之后清点：{paragraphs} 个段落剩 {paragraphs_left}，"
    "{vectors} 个向量剩 {vectors_left}，{originals} 份原件剩 {originals_left}。\n"
    "回到以前哪一代它都不会再出现；文件夹里若还有它，更新文档库时会跳过。",
    removed_copies="内容完全相同的还有：{names}，它们还在。",
    removed_later="数据库的日志正被读取，其中的旧字节稍后才会清掉。",
    answer_removed="这个回答出自的文档已经移除了。",
    lost="<b>新的一代还没有换上</b>：已知的问题里，它答得出的变少了，不再答得出的是：\n{questions}\n\n"
    "现在仍由第 {generation} 代回答。要怎么办？",
    publish_button="仍然换上",
    keep_button="保留原来的",
    kept="保留了原来的，由第 {generation} 代回答。",
    turned="现在由第 {generation} 代回答：{documents} 份文档，{paragraphs} 个段落。",
    turn_button="换回第 {generation} 代",
    turn_busy="文档库正在更新，请等这一次结束再点。",
    turn_gone="没有这一代了，或它要用别的模型，换不过去。",
    thanks="记下了，谢谢。",
    handed_over="《{name}》已经转给管理员，由管理员决定要不要加进来。",
    take_button="加入",
    leave_button="不用",
    left_out="好，没有加入。",
    may_be_asked="读好了，可以问：",
    gaps="<b>最近 {days} 天没答好的问题</b>，问得多的在前：",
    gap="{number}. {question}（{count} 次）",
    gaps_none="最近没有答不出或被点 👎 的问题。",
    write_button="写答案 {number}",
    add_button="加文档",
    add_how="把文档直接发给我就行，同名的会换成新的。",
    write_prompt="回复这条消息，写下答案。问：{question}",
    stats="<b>最近 {days} 天</b>：问了 {asked} 个，答出 {found} 个，👍 {good}，👎 {bad}",
    chart_title="最近 {days} 天的提问",
    chart_found="答出",
    chart_missed="没答出",
    removed_versions="旧版本的 {older} 个段落也一并抹掉了。",
    error_report="机器人出了错（{kind}，{place}），同样的错不再报。详情在日志里。",
)

EN = LibraryWords(
    add_admin_only="Only admins may add documents. Just send me a question.",
    add_too_large="“{name}” is larger than 20 MB, more than Telegram lets a bot download. "
    "Split it, or run wenbao documents add on the server.",
    add_started="Got “{name}”, reading …",
    add_done="<b>“{name}” is added</b>: {paragraphs} paragraphs (generation {generation}, {seconds:.1f} s)",
    add_replaced="<b>“{name}” is replaced</b>: {paragraphs} paragraphs "
    "(generation {generation}, {seconds:.1f} s)",
    add_skipped="<b>“{name}” was not added</b>: {why}",
    add_same="“{name}” is in the library already, the same to the byte.",
    add_failed="“{name}” was not added; the library is as before. The log says why; send it again after mending it.",
    documents="<b>The library</b>: {count} documents, page {page} of {pages}. Choose one to see or remove it.",
    documents_empty="The library is still empty. Send me a document, or /reindex.",
    document="<b>{name}</b>\n{paragraphs} paragraphs, {size}, {origin}",
    document_title="Title: {title}",
    document_gone="This document was removed.",
    remove_usage="Usage: /remove NAME. /documents lists all documents.",
    remove_unknown="There is no document named “{name}”. /documents lists them all.",
    remove_near="Perhaps: {names}",
    remove_confirm="Remove <b>“{name}”</b>? Its {paragraphs} paragraphs, vectors and original are erased for good.",
    remove_button="Remove",
    confirm_button="Yes, remove it",
    cancel_button="Cancel",
    cancelled="Nothing was removed.",
    removed="<b>“{name}” is removed</b>\nCounted after the commit: {paragraphs_left} of {paragraphs} paragraphs "
    "left, {vectors_left} of {vectors} vectors, {originals_left} of {originals} originals.\n"
    "No earlier generation brings it back; a file of this name in the folder is skipped.",
    removed_copies="The very same content is also in {names}, which stay.",
    removed_later="The database's log is being read; old bytes in it go later.",
    answer_removed="The document of this answer was removed.",
    lost="<b>The new generation does not answer yet</b>: it answers fewer of the known questions. Lost:\n"
    "{questions}\n\nGeneration {generation} still answers. What now?",
    publish_button="Publish anyway",
    keep_button="Keep the old one",
    kept="Kept: generation {generation} answers.",
    turned="Generation {generation} answers now: {documents} documents, {paragraphs} paragraphs.",
    turn_button="Back to generation {generation}",
    turn_busy="The library is being updated; press again after this run.",
    turn_gone="This generation is gone, or it needs another model.",
    thanks="Noted, thank you.",
    handed_over="“{name}” went to the admins, who decide.",
    take_button="Add",
    leave_button="No",
    left_out="Not added.",
    may_be_asked="Read. You could ask:",
    gaps="<b>Not answered well in {days} days</b>, most wanted first:",
    gap="{number}. {question} ({count} times)",
    gaps_none="No question was left without a good answer lately.",
    write_button="Write {number}",
    add_button="Add a document",
    add_how="Just send me the document; one of the same name is replaced.",
    write_prompt="Reply to this message with the answer. Asked: {question}",
    stats="<b>In {days} days</b>: {asked} asked, {found} answered, 👍 {good}, 👎 {bad}",
    chart_title="Questions in {days} days",
    chart_found="answered",
    chart_missed="not answered",
    removed_versions="{older} paragraphs of earlier versions are erased as well.",
    error_report="The bot had an error ({kind}, {place}); the same one is not told again. The log says more.",
)


def library_words_for(language_code: str | None) -> LibraryWords:
    """Return English for a person whose Telegram speaks English, else Chinese."""
    return EN if (language_code or "").lower().startswith("en") else ZH
