"""What a browser says of itself, in words by which its owner knows it; nothing else of it is kept."""

from __future__ import annotations

_SYSTEMS = (
    ("HarmonyOS", "鸿蒙设备"), ("OpenHarmony", "鸿蒙设备"), ("iPad", "iPad"), ("iPhone", "苹果手机"),
    ("Android", "安卓手机或平板"), ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"),
    ("CrOS", "Chromebook"), ("Linux", "Linux 电脑"),
)  # fmt: skip
_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ 浏览器"), ("UCBrowser", "UC 浏览器"),
    ("Edg", "Edge 浏览器"), ("Firefox", "Firefox 浏览器"), ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)  # fmt: skip


def device_words(user_agent: str) -> str:
    """`Windows 电脑，Edge 浏览器`; `不明设备` for what says nothing we know."""
    known = [
        next((words for sign, words in signs if sign in user_agent), "") for signs in (_SYSTEMS, _BROWSERS)
    ]
    return "，".join(words for words in known if words) or "不明设备"
