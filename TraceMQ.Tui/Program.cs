namespace TraceMQ.Tui;

/// <summary>Puts the program together by hand.</summary>
internal static class Program
{
    private static int Main() => 0;
}
