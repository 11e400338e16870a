"""Zip files, the wrapping of Word, Excel and EPUB: opened only after their size unpacked is known."""

import io
import zipfile
import zlib

from embeddings.errors import DocumentError

_MOST_MEMBERS = 20_000
_LONGEST_UNPACKED = 256 * 1024 * 1024
_BOMB_RATIO = 250  # XML of a real document packs to a twentieth, seldom a hundredth
_BOMB_FROM = 4 * 1024 * 1024
_PASSWORD_FLAG = 0x1


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Open a zip file whose members together unpack to no more than 256 MB.

    :raises DocumentError: damaged, encrypted, or made to fill the memory.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged() from error
    members = archive.infolist()
    if any(member.flag_bits & _PASSWORD_FLAG for member in members):
        raise DocumentError("加了密码：去掉密码再加 · protected by a password, remove it")
    unpacked = sum(member.file_size for member in members)
    bomb = any(
        member.file_size > _BOMB_FROM and member.file_size > _BOMB_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if bomb or unpacked > _LONGEST_UNPACKED or len(members) > _MOST_MEMBERS:
        raise DocumentError(
            "解开后大得不像文档（压缩炸弹），没有打开 · unpacks to far more than a document, not opened"
        )
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one member's bytes.

    :raises DocumentError: it is not there or damaged.
    """
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise _damaged() from error


def names_inside(content: bytes) -> frozenset[str]:
    """Return the names of the members.

    :raises DocumentError: as open_archive.
    """
    with open_archive(content) as archive:
        return frozenset(archive.namelist())


def _damaged() -> DocumentError:
    return DocumentError("文件不完整或损坏：重新保存或下载后再加 · truncated or damaged, save it again")
