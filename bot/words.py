"""Every sentence a person sees in Telegram, in both languages."""

from dataclasses import dataclass

from bot.reader.guard import Differs
from bot.smalltalk import Talk


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language."""

    start: str
    help: str
    about: str
    admin_help: str
    commands: tuple[tuple[str, str], ...]
    admin_commands: tuple[tuple[str, str], ...]
    perhaps: str
    rephrased: str
    differences: tuple[tuple[Differs, tuple[str, str]], ...]  # with what there is instead, and without
    understood: str
    not_found: str
    near: str
    nothing_near: str
    asked: str
    as_asked_button: str
    choices: str
    context_button: str
    why_button: str
    why_sure: str
    why_inside: str
    why_around: str
    why_missing: str
    reasons: tuple[tuple[str, str], ...]
    why_bad: str
    too_many: str
    begun_anew: str
    forgot: str
    inline_none: str
    talk: tuple[tuple[Talk, str], ...]
    topics: str
    topics_none: str
    inside: str
    inside_more: str
    try_these: str
    description: str
    short_description: str
    more_button: str
    good_button: str
    bad_button: str
    no_more: str
    forgotten: str
    only_text: str
    photo_without_text: str
    unknown_command: str
    ask_usage: str
    too_long: str
    filling: str
    empty_library: str
    not_allowed: str
    admin_only: str
    failed: str
    reindex_usage: str
    reindex_busy: str
    reindex_started: str
    reindex_progress: str
    reindex_pace: str
    reindex_stages: tuple[tuple[str, str], ...]
    reindex_failed: str
    reindex_stopped: str
    reindex_done: str
    reindex_skipped: str
    reindex_skipped_more: str


ZH = Words(
    start="你好，我是<b>问报</b>。直接发问题给我，我在文档里找原文回答；可以接着追问。/help 看用法。",
    help="<b>怎么问</b>\n直接发一句话就行，例如“增速是多少”“谁负责这项工作”。"
    "可以接着上一句追问，例如“那去年呢”。\n\n"
    "<b>怎么看</b>\n最上面是简短的答案，下面加粗的是原文里回答的那一句，最后一行是出处。"
    "标着“可能”的答案请对照原文。文中没有的，我会直说没有。\n\n"
    "<b>在群里</b>\n@我、回复我，或用 /ask 加问题。",
    about="<b>问报 · Wenbao</b>\n只从文档的原文里找答案：不改写，不编造，找不到就说找不到。\n"
    "你的问题和我的回答会保存一段时间，用来接着追问；发 /forget 就抹掉。",
    admin_help="\n\n<b>管理</b>\n把文档发给我，就加进文档库；同名的换成新的\n/documents 看有哪些文档\n"
    "/remove 文档名 移除一份，连同它的一切\n"
    "/gaps 没答好的问题\n/stats 问了多少，答了多少\n/reindex 让文档库与文件一致\n/reindex full 全部重做",
    commands=(
        ("start", "开始"),
        ("help", "怎么用"),
        ("ask", "问一个问题"),
        ("documents", "有哪些文档"),
        ("new", "从头开始，不接着前面的问题"),
        ("forget", "抹掉我的问题和评价"),
        ("about", "关于问报"),
    ),
    admin_commands=(
        ("gaps", "没答好的问题"),
        ("stats", "问了多少，答了多少"),
        ("remove", "移除一份文档"),
        ("reindex", "更新文档库（full：全部重做）"),
    ),
    perhaps="可能：",
    rephrased="由语言模型转述",
    differences=(
        ("subject", ("文中这里说的是{given}，不是{asked}。", "文中没有{asked}的。")),
        ("absent", ("文中没有提到{asked}，只有{given}。", "文中没有提到{asked}。")),
        ("year", ("找到的是{given}的，没有找到{asked}的。", "没有找到{asked}的。")),
        ("aspect", ("文中只有{given}，没有{asked}。", "文中没有{asked}。")),
        ("plan", ("文中这里是{given}，不是{asked}。", "文中没有{asked}。")),
        ("scope", ("找到的是{given}的，没有找到{asked}的。", "没有找到{asked}的。")),
        ("unit", ("文中的数是按“{given}”说的，不是“{asked}”。", "文中没有按“{asked}”说的数。")),
        ("sum", ("", "这要把几个数算在一起，我只说文中写明的。")),
        ("form", ("", "下面的段落可能有关，但没有一句说得准。")),
        ("unsure", ("", "下面的段落可能有关，但没有一句说得准。")),
    ),
    understood="理解为：{question}",
    not_found="文档里没有找到答案。",
    near="最接近的是：",
    nothing_near="换一种说法，或问得具体一些，再试试。",
    asked="问：{question}",
    as_asked_button="按原话问",
    choices="有几个说法，问的是哪一个？",
    context_button="上下文",
    why_button="为什么",
    why_sure="把握 {sure}%。",
    why_inside="这一句里有：{words}",
    why_around="标题和前后文里有：{words}",
    why_missing="没有见到：{words}",
    reasons=(("wrong", "答错了"), ("incomplete", "不全"), ("outdated", "过时了")),
    why_bad="哪里不好？",
    too_many="你的问题太多了，我先答完前面的；没答到的请过一会儿再问。",
    begun_anew="好，下一个问题从头开始，不接着前面的。",
    forgot="抹掉了：你的 {count} 个问题，连同你的评价。",
    inline_none="文档里没有找到答案",
    talk=(
        ("greeting", "你好！想查什么，直接问我就行。"),
        ("thanks", "不客气，有问题随时问。"),
        ("goodbye", "再见，有问题随时来问。"),
        ("acknowledged", "好的，有问题随时问。"),
        ("praise", "谢谢！还想查什么，直接问。"),
        ("complaint", "抱歉没答好。换个说法再问一次，或在回答下面点 👎，管理员会看到。"),
        ("who", "我是问报，一个在文档里找答案的机器人：只用原文回答，文中没有的就说没有。"),
        ("able", "把问题发给我，我从文档里找出答案、原句和出处；可以接着追问。文中没有的，我会直说没有。"),
        ("summary", "我不写总结，只找原文里的答案。可以从这些问题问起："),
        ("opinion", "这要各人自己拿主意，我只会从文档里找写明了的事。"),
        ("elsewhere", "这不在文档里，我帮不上。我只会从文档里找答案。"),
        ("wall", "这段我看到了。想问什么？请用一两句话问我。"),
        ("nothing", "想查什么？用一句话问我就行。"),
    ),
    topics="关于“{word}”，想问什么？",
    topics_none="文档里没有提到“{word}”。换个说法试试？",
    inside="里面有 {count} 份文档：{names}",
    inside_more="等",
    try_these="可以点一个试试：",
    description="把问题发给我，我从文档原文里找答案：一句话的答案、原句和出处。文档里没有的，我会直说没有。",
    short_description="问文档，答原文 · ask documents, get their own words",
    more_button="更多段落",
    good_button="👍",
    bad_button="👎",
    no_more="没有更多相关的段落了。",
    forgotten="这个问题的记录已经不在了，请再问一次。",
    only_text="我只看得懂文字，请把问题打出来。",
    photo_without_text="图里的字我没有认出来，请把问题打出来。",
    unknown_command="没有这个命令。直接发问题给我就行，/help 看用法。",
    ask_usage="请把问题写在后面，例如：/ask 增速是多少",
    too_long="问题太长了，请用一两句话问（{limit} 字以内）。",
    filling="我正在第一次读文档，读完就回答你。",
    empty_library="文档库还是空的，请稍后再问，或请管理员更新文档库（/reindex）。",
    not_allowed="抱歉，这个机器人只对名单里的人开放。需要使用请联系管理员，你的编号是 {user_id}。",
    admin_only="这个命令只有管理员能用。",
    failed="抱歉，刚才出了点问题，没能回答。请稍后再问一次。",
    reindex_usage="用法：/reindex 或 /reindex full",
    reindex_busy="文档库正在更新，请等这一次结束。",
    reindex_started="开始更新文档库……期间照常回答问题。",
    reindex_progress="正在更新文档库：{stage} {done}/{total}",
    reindex_pace="，每秒 {rate:.1f}，还要 {left}",
    reindex_stages=(("reading", "读文件"), ("encoding", "编码段落"), ("publishing", "发布")),
    reindex_failed="文档库没有更新成功，仍用原来的内容回答。原因在日志里，改正后再发 /reindex。",
    reindex_stopped="机器人正在停止，更新中断了，仍用原来的内容回答。启动后请再发 /reindex。",
    reindex_done="<b>文档库已更新</b>（第 {generation} 代，{seconds:.1f} 秒）\n"
    "{documents} 份文档，{paragraphs} 个段落\n新增 {added}，更新 {changed}，移除 {removed}，跳过 {skipped}",
    reindex_skipped="跳过 {name}：{why}",
    reindex_skipped_more="……还有 {count} 份，见日志",
)

EN = Words(
    start="Hello, I am <b>Wenbao</b>. Send me a question; I answer with the documents' own words. "
    "Follow-ups work too. /help says how.",
    help="<b>Asking</b>\nJust send a question, in Chinese where the documents are Chinese. "
    "Follow-ups work too.\n\n"
    "<b>Reading the answer</b>\nThe short answer comes first; the sentence in bold is the one that answers; "
    "the last line is its source. Check the source where I say “perhaps”. "
    "What the documents do not say, I do not say.\n\n"
    "<b>In groups</b>\nMention me, reply to me, or use /ask.",
    about="<b>问报 · Wenbao</b>\nAnswers only in the documents' own words: nothing rewritten, nothing made up.\n"
    "Questions and answers are kept for a while, for follow-ups; /forget erases yours.",
    admin_help="\n\n<b>Managing</b>\nSend me a document to add it; one of the same name is replaced\n"
    "/documents lists them\n/remove NAME erases one\n/gaps: questions not answered well\n"
    "/stats: what was asked\n/reindex brings the library in step with its files\n"
    "/reindex full does everything again",
    commands=(
        ("start", "Begin"),
        ("help", "How to ask"),
        ("ask", "Ask a question"),
        ("documents", "Which documents there are"),
        ("new", "Forget the conversation so far"),
        ("forget", "Erase my questions and feedback"),
        ("about", "About Wenbao"),
    ),
    admin_commands=(
        ("gaps", "Questions not answered well"),
        ("stats", "What was asked and answered"),
        ("remove", "Remove a document"),
        ("reindex", "Update the library (full: everything)"),
    ),
    perhaps="Perhaps: ",
    rephrased="worded by a language model",
    differences=(
        ("subject", ("The passage speaks of {given}, not of {asked}.", "The text says nothing of {asked}.")),
        (
            "absent",
            ("The text does not mention {asked}, only {given}.", "The text does not mention {asked}."),
        ),
        ("year", ("I found it for {given}, not for {asked}.", "I did not find it for {asked}.")),
        ("aspect", ("The text has only {given}, not {asked}.", "The text does not say {asked}.")),
        ("plan", ("What stands here is {given}, not {asked}.", "The text does not say {asked}.")),
        (
            "scope",
            ("I found it for {given}, not for {asked}.", "I did not find it for {asked}."),
        ),
        ("unit", ("The text counts in {given}, not in {asked}.", "The text does not count in {asked}.")),
        ("sum", ("", "That would have to be reckoned from several figures; I only say what the text says.")),
        ("form", ("", "These passages may have to do with it, but no sentence settles it.")),
        ("unsure", ("", "These passages may have to do with it, but no sentence settles it.")),
    ),
    understood="Understood as: {question}",
    not_found="The documents do not answer this.",
    near="Nearest is: ",
    nothing_near="Try other words, or a more specific question.",
    asked="Asked: {question}",
    as_asked_button="Ask it as I put it",
    choices="There are several answers. Which do you mean?",
    context_button="Context",
    why_button="Why",
    why_sure="I am {sure}% sure.",
    why_inside="In this sentence: {words}",
    why_around="In headings or nearby: {words}",
    why_missing="Not seen: {words}",
    reasons=(("wrong", "Wrong"), ("incomplete", "Incomplete"), ("outdated", "Outdated")),
    why_bad="What is bad about it?",
    too_many="These are too many questions; I answer the first ones. Please ask the rest again in a while.",
    begun_anew="All right, the next question stands by itself.",
    forgot="Erased: {count} questions of yours, and your feedback.",
    inline_none="The documents do not answer this",
    talk=(
        ("greeting", "Hello! Just ask me what you want to know."),
        ("thanks", "You are welcome. Ask any time."),
        ("goodbye", "Goodbye. Ask any time."),
        ("acknowledged", "All right. Ask any time."),
        ("praise", "Thank you! What else would you like to know?"),
        (
            "complaint",
            "Sorry. Please put it another way, or press 👎 under the answer; an admin will see it.",
        ),
        ("who", "I am Wenbao, a bot that finds answers in documents, in their own words only."),
        ("able", "Send me a question; I find the answer, its sentence and its source. Follow-ups work too."),
        ("summary", "I write no summaries; I find answers in the text. You could begin with these:"),
        ("opinion", "That is for you to decide; I only find what the documents say."),
        ("elsewhere", "That is not in the documents. I only find answers there."),
        ("wall", "I see the text. What would you like to know? Please ask in a sentence or two."),
        ("nothing", "What would you like to know? Ask in one sentence."),
    ),
    topics="What would you like to know about “{word}”?",
    topics_none="The documents do not mention “{word}”. Try other words?",
    inside="Inside are {count} documents: {names}",
    inside_more=" and more",
    try_these="Tap one to try:",
    description="Send me a question; I answer from the documents' own words: the short answer, its sentence and "
    "its source. What the documents do not say, I say I do not know.",
    short_description="Ask documents, get their own words",
    more_button="More passages",
    good_button="👍",
    bad_button="👎",
    no_more="There are no more passages about this.",
    forgotten="I no longer have this question; please ask again.",
    only_text="I read text only; please type your question.",
    photo_without_text="I could not read any words in the picture; please type your question.",
    unknown_command="No such command. Just send a question; /help says how.",
    ask_usage="Put the question after the command: /ask 增速是多少",
    too_long="That is too long; please ask in a sentence or two (up to {limit} characters).",
    filling="I am reading the documents for the first time and will answer as soon as I am done.",
    empty_library="The library is still empty. Try again later, or ask an admin to update it (/reindex).",
    not_allowed="Sorry, this bot is open to listed people only. Ask its admin; your id is {user_id}.",
    admin_only="Only admins may use this command.",
    failed="Sorry, something went wrong and I could not answer. Please ask again in a moment.",
    reindex_usage="Usage: /reindex or /reindex full",
    reindex_busy="The library is being updated; please wait until this run ends.",
    reindex_started="Updating the library … questions are answered meanwhile.",
    reindex_progress="Updating the library: {stage} {done}/{total}",
    reindex_pace=", {rate:.1f} a second, {left} left",
    reindex_stages=(
        ("reading", "reading files"),
        ("encoding", "encoding paragraphs"),
        ("publishing", "publishing"),
    ),
    reindex_failed="The library was not updated; the former contents still answer. "
    "The log says why; send /reindex again after mending it.",
    reindex_stopped="The bot is stopping and the update was interrupted; the former contents still answer. "
    "Send /reindex again after the start.",
    reindex_done="<b>The library is updated</b> (generation {generation}, {seconds:.1f} s)\n"
    "{documents} documents, {paragraphs} paragraphs\n"
    "{added} added, {changed} changed, {removed} removed, {skipped} skipped",
    reindex_skipped="Skipped {name}: {why}",
    reindex_skipped_more="… and {count} more, see the log",
)


def words_for(language_code: str | None) -> Words:
    """Return English for a person whose Telegram speaks English, else Chinese."""
    return EN if (language_code or "").lower().startswith("en") else ZH
