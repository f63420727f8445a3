using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tui.Cli;

namespace TraceMQ.Tests.Cli;

/// <summary>Runs command lines in this process, with what they write in memory.</summary>
internal sealed class CliHarness : IDisposable
{
    private readonly SharedOutput _output = new();
    private readonly LineWriter _error = new();
    private readonly CancellationTokenSource _stop = new();

    public CliHarness(string input = "", Func<string, string?>? ask = null) =>
        Host = new CliHost
        {
            Console = new CliConsole(
                _output,
                _error,
                () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
                (question, _) => ask?.Invoke(question)
            ),
            OpenLog = () => NullLoggerFactory.Instance,
            Screen = request =>
            {
                Screen = request;
                return Task.FromResult(0);
            },
            Variable = name => Variables.GetValueOrDefault(name),
        };

    public CliHost Host { get; set; }

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public ScreenRequest? Screen { get; private set; }

    public string Output => _output.Text;

    public byte[] OutputBytes => _output.Bytes;

    public string Errors => string.Join('\n', _error.Lines);

    public void Stop() => _stop.Cancel();

    /// <summary>Stdout fails from now on as it does where a disk is full.</summary>
    public void FillDisk() => _output.IsFull = true;

    /// <summary>Stdout takes nothing until it is released; the task ends when somebody waits for it.</summary>
    public Task HoldOutput() => _output.Hold();

    public void ReleaseOutput() => _output.Release();

    public Task<int> StartAsync(params string[] arguments) => CliProgram.RunAsync(arguments, Host, _stop.Token);

    public Task<int> RunAsync(params string[] arguments) => StartAsync(arguments).WaitAsync(Surroundings.Patience);

    /// <summary>Waits for a line on stderr that begins so.</summary>
    public Task SaysAsync(string beginning) => _error.WaitAsync(beginning);

    public Task WritesAsync(string text) =>
        Surroundings.UntilAsync(
            () => Output.Contains(text, StringComparison.Ordinal),
            $"\"{text}\" on stdout; stderr: {Errors}"
        );

    public void Dispose()
    {
        _stop.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private sealed class SharedOutput : MemoryStream
    {
        private readonly Lock _lock = new();

        private readonly ManualResetEventSlim _open = new(initialState: true);
        private TaskCompletionSource _held = new();

        public bool IsFull { get; set; }

        public Task Hold()
        {
            _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open.Reset();
            return _held.Task;
        }

        public void Release() => _open.Set();

        public byte[] Bytes
        {
            get
            {
                lock (_lock)
                    return ToArray();
            }
        }

        public string Text => Encoding.UTF8.GetString(Bytes);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!_open.IsSet)
                _held.TrySetResult();
            _open.Wait();
            if (IsFull)
                throw new IOException("No space left on device");
            lock (_lock)
                base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _open.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class LineWriter : StringWriter
    {
        private readonly Channel<string> _said = Channel.CreateUnbounded<string>();
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public override void WriteLine(string? value)
        {
            lock (_lines)
                _lines.Add(value ?? "");
            _said.Writer.TryWrite(value ?? "");
        }

        public async Task WaitAsync(string beginning)
        {
            using var limit = new CancellationTokenSource(Surroundings.Patience);
            try
            {
                while (!(await _said.Reader.ReadAsync(limit.Token)).StartsWith(beginning, StringComparison.Ordinal))
                {
                    // Another line.
                }
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"\"{beginning}\" was not said, but: {string.Join('\n', Lines)}");
            }
        }
    }
}
