using System.Diagnostics;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;

namespace TraceMQ.Tests.Kafka;

/// <summary>The native library writes to the standard error by default: of that, nothing may come out of the program.</summary>
public sealed class KafkaProcessTests
{
    [Fact]
    public async Task A_peer_that_is_no_broker_is_one_line_of_ours()
    {
        await using var peer = ScriptedPeer.Answering([.. "HTTP/1.1 400 Bad Request\r\n\r\n"u8]);

        var (code, output, error) = await RunAsync(
            _ => Task.CompletedTask,
            ["sub", $"kafka://127.0.0.1:{peer.Port}", "-t", "a"]
        );

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(
            $"127.0.0.1:{peer.Port} is not a Kafka broker",
            Assert.Single(error),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_lost_cluster_is_one_line_of_ours()
    {
        await using var broker = await KafkaBroker.StartAsync("a");

        var (code, output, error) = await RunAsync(
            async process =>
            {
                Assert.Equal("subscribed a", await LineAsync(process));
                await broker.DisposeAsync();
            },
            ["sub", $"kafka://{broker.Address}", "-t", "a", "--no-retry"]
        );

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("none of its brokers can be reached", Assert.Single(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_says_where_it_listens_and_nothing_else()
    {
        var config = Path.GetTempFileName();
        await File.WriteAllTextAsync(config, "[profiles.Local]\nprotocol = \"kafka\"\nmode = \"server\"\n");
        var (code, output, error) = await RunAsync(
            async process =>
            {
                var line = await LineAsync(process);
                Assert.StartsWith("listening on kafka://127.0.0.1:", line, StringComparison.Ordinal);
                await Kcat.RunAsync("hello\n", ["-b", line![("listening on kafka://".Length)..], "-P", "-t", "a"]);
                Assert.Equal("hello", await process.StandardOutput.ReadLineAsync().WaitAsync(Surroundings.Patience));
            },
            ["--config", config, "sub", "Local", "--format", "raw", "-n", "1"]
        );
        File.Delete(config);

        Assert.Equal((0, ""), (code, output));
        Assert.Empty(error);
    }

    private static async Task<(int Code, string Output, IReadOnlyList<string> Error)> RunAsync(
        Func<Process, Task> meanwhile,
        string[] arguments
    )
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "tracemq"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["XDG_STATE_HOME"] = Path.Combine(Path.GetTempPath(), "tracemq-tests-state");
        using var process = Process.Start(start)!;
        await meanwhile(process);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Surroundings.Patience);
        return (process.ExitCode, await output, (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static Task<string?> LineAsync(Process process) =>
        process.StandardError.ReadLineAsync().WaitAsync(Surroundings.Patience);
}
