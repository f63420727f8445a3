using System.Text;

namespace TraceMQ.Tui.Cli;

/// <summary>A payload as it is given on a command line.</summary>
internal static class PayloadText
{
    /// <summary>The text itself, or all of stdin where it is <c>-</c>.</summary>
    public static async Task<byte[]> ReadAsync(string text, CliConsole console, CancellationToken cancellationToken)
    {
        if (text != "-")
            return Encoding.UTF8.GetBytes(text);
        using var bytes = new MemoryStream();
        await console.OpenInput().CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }
}
