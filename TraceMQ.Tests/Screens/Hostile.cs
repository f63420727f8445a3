using System.Text;

namespace TraceMQ.Tests.Screens;

/// <summary>Topics and payloads that somebody sends to break a terminal.</summary>
internal static class Hostile
{
    public static readonly string[] Texts =
    [
        "\u001b[2J\u001b]0;owned\u0007",
        "a\ud800b\udc00",
        "\u202egnp.exe\u2066",
        "zero\u200bwidth\u200d\ufeff",
        "工場/温度/窯",
        "e\u0301\u0302\u0303\u0304\u0305",
        "👩\u200d👩\u200d👧 family",
        "\u0301starts with a mark",
        "tab\tline\r\nnext\u0085\u2028",
        "한국어 fullwidth ＡＢＣ",
        "",
        "//",
        "\u0000\u007f\u009b31m",
    ];

    public static readonly (string Topic, byte[] Payload)[] Messages =
    [
        .. Texts.Select(text => (text.Length == 0 ? "/" : text, Encoding.UTF8.GetBytes(text))),
        ("bytes", [0xFF, 0xFE, 0x00, 0x1B, 0x5B, 0x32, 0x4A]),
        (new string('t', 65_535), new byte[10]),
        (string.Concat(Enumerable.Repeat("窯/", 20_000)), []),
        ("json", Encoding.UTF8.GetBytes("{\"\\u001b[31m\":\"\\ud83d\\ude00 \\u202e\",\"工\":[\"\\u0000\"]}")),
    ];
}
