using System.Diagnostics;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Kafka;

/// <summary>A foreign client: kcat, which runs to its end.</summary>
internal static class Kcat
{
    /// <summary>Runs it with what it reads from its standard input, and gives what it printed.</summary>
    public static async Task<string> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("kcat", arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Surroundings.Patience);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }
}
