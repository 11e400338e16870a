"""Lists of web pages: the numbers that a browser prints, terms with what they say."""

from embeddings.documents import read_document

PAGE = """<html><body><article><h1>办事指南</h1><p>请按下面的次序办理，缺一不可。</p>
<ol><li>报名</li><li>缴费，<b>现金</b>不收</li><li><p>领证</p><p>当天可取</p></li></ol><ol start="4"><li>归档</li><li value="9">销户</li><li></li></ol>
<ul><li>身份证</li></ul>
<dl><dt>办理时间：</dt><dd>周一至周五</dd><div><dt>电话</dt><dt>传真</dt><dd>5501</dd><dd>5502</dd></div><dt>备注</dt></dl>
<p>以上由河镇水利局负责解释，自发布之日起施行。</p></article></body></html>"""


def test_numbers_and_terms() -> None:
    blocks = [(block.kind, block.text) for block in read_document("页.html", PAGE.encode())]
    assert blocks[2:-1] == [
        ("item", "1. 报名"),
        ("item", "2. 缴费，现金不收"),
        ("item", "3. 领证"),
        ("item", "当天可取"),
        ("item", "4. 归档"),
        ("item", "9. 销户"),
        ("item", "身份证"),
        ("row", "办理时间：周一至周五"),
        ("row", "电话、传真：5501；5502"),
        ("item", "备注"),
    ]
