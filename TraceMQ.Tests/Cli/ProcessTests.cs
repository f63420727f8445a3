using System.Diagnostics;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Mqtt;
using TraceMQ.Tests.Peers;

namespace TraceMQ.Tests.Cli;

/// <summary>What only a process shows: signals, a reader that goes, shells that read the completion scripts.</summary>
public sealed class ProcessTests
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "tracemq");

    [Theory]
    [InlineData("INT", "", 0)]
    [InlineData("TERM", "", 0)]
    [InlineData("TERM", "-n 5", 130)]
    public async Task A_signal_ends_it_properly(string signal, string more, int code)
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        using var process = Shell($"exec {Program} sub mqtt://127.0.0.1:{broker.Port} -t a {more}");
        Assert.Equal("subscribed a", await LineAsync(process.StandardError));

        using var kill = Shell($"kill -{signal} {process.Id}");

        Assert.Equal(code, await ExitAsync(process));
    }

    [Fact]
    public async Task A_reader_that_has_gone_ends_it_quietly_with_zero()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var url = $"mqtt://127.0.0.1:{broker.Port}";
        using var process = Shell($"{{ {Program} sub {url} -t a; echo code $? >&2; }} | head -n 1");
        Assert.Equal("subscribed a", await LineAsync(process.StandardError));

        using var flood = Shell($"yes x | head -n 20000 | {Program} pub {url} -t a --lines --interval 1ms");

        Assert.Equal("code 0", await LineAsync(process.StandardError));
        Assert.Equal(0, await ExitAsync(process));
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        flood.Kill(entireProcessTree: true);
    }

    [Fact]
    public async Task It_speaks_with_a_real_broker_from_shell_to_shell()
    {
        await using var broker = await Mosquitto.StartAsync();
        var url = $"mqtt://127.0.0.1:{broker.Port}";
        using var receiver = Shell($"exec {Program} sub {url} -t a --format raw -n 2 --set qos=1");
        Assert.Equal("subscribed a", await LineAsync(receiver.StandardError));

        using var sender = Shell($"printf 'one\\ntwo' | {Program} pub {url} -t a --lines --set qos=1");

        Assert.Equal(0, await ExitAsync(sender));
        Assert.Equal(0, await ExitAsync(receiver));
        Assert.Equal("onetwo", await receiver.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task Bash_completes_commands_options_and_values()
    {
        using var shell = Shell(
            $$"""
            source <({{Program}} completion bash) && type _tracemq >&2 && \
            complete_() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tracemq; echo "${COMPREPLY[*]}"; }
            complete_ tracemq pro
            complete_ tracemq profiles imp
            complete_ tracemq sub mqtt://h --form
            complete_ tracemq sub mqtt://h --format j
            """
        );
        _ = shell.StandardError.ReadToEndAsync();

        var lines = (await shell.StandardOutput.ReadToEndAsync()).Split('\n');

        Assert.Equal(["profiles", "import", "--format", "json", ""], lines);
    }

    private static Process Shell(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["XDG_STATE_HOME"] = Path.Combine(Path.GetTempPath(), "tracemq-tests-state");
        return Process.Start(start)!;
    }

    private static Task<string?> LineAsync(StreamReader reader) =>
        reader.ReadLineAsync().WaitAsync(Surroundings.Patience);

    private static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync().WaitAsync(Surroundings.Patience);
        return process.ExitCode;
    }
}
