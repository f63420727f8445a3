namespace TraceMQ.Tui.Payloads;

/// <summary>The value of a field of a SenML record.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Content">As a text, where it is none of the numbers.</param>
/// <param name="Given">The number, where it is one.</param>
internal readonly record struct SenmlValue(SenmlKind Kind, string Content, double Given)
{
    /// <exception cref="FormatException">It is no number.</exception>
    public double Number =>
        Kind == SenmlKind.Number && double.IsFinite(Given) ? Given : throw new FormatException("a number is expected");

    public static SenmlValue Of(double number) => new(SenmlKind.Number, "", number);

    public static SenmlValue Of(string text) => new(SenmlKind.Text, text, 0);

    public static SenmlValue Of(bool value) => new(SenmlKind.Boolean, value ? "true" : "false", 0);

    public static SenmlValue Of(byte[] data) => new(SenmlKind.Data, Convert.ToHexStringLower(data), 0);

    /// <exception cref="FormatException">It is something else.</exception>
    public string Text(SenmlKind wanted)
    {
        if (Kind == wanted)
            return Content;
        // JSON has no bytes: they come as base64url (RFC 8428, section 5).
        return wanted == SenmlKind.Data && Kind == SenmlKind.Text
            ? Of(System.Buffers.Text.Base64Url.DecodeFromChars(Content)).Content
            : throw new FormatException("a field is of another kind than it should be");
    }
}
