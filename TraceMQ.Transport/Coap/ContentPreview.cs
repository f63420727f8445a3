using System.Text;
using System.Text.Unicode;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>The content of a resource in a column.</summary>
internal static class ContentPreview
{
    private const int Maximum = 200;

    /// <summary>Itself where it is a short text, its size otherwise.</summary>
    public static string Of(ReadOnlySpan<byte> content) =>
        content.IsEmpty ? "empty"
        : content.Length <= Maximum && Utf8.IsValid(content) ? Encoding.UTF8.GetString(content).Trim()
        : Quantity.FormatSize(content.Length);

    /// <summary>How long ago something was, in whole seconds.</summary>
    /// <param name="at">The clock's timestamp.</param>
    /// <param name="time">The clock.</param>
    public static string Age(long at, TimeProvider time) =>
        Quantity.Format(TimeSpan.FromSeconds(Math.Floor(time.GetElapsedTime(at).TotalSeconds)));
}
