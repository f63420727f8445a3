namespace TraceMQ.Transport.Settings;

/// <summary>A parsed value, or what is wrong.</summary>
internal readonly record struct SettingParse<T>(T? Value, string? Problem)
{
    public static implicit operator SettingParse<T>(T value) => new(value, null);

    public static SettingParse<T> Wrong(string sentence) => new(default, sentence);
}
