namespace TraceMQ.Tui.Profiles;

/// <summary>Paths as people type them.</summary>
internal static class UserPath
{
    /// <summary>The path with <c>~</c> as the home folder.</summary>
    public static string Expand(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
            : path;
}
