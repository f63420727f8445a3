using System.Diagnostics;
using System.Globalization;
using System.Text;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Payloads.Diff;
using TraceMQ.Tui.Screens.Inspector;
using TraceMQ.Tui.Screens.Publish;
using TraceMQ.Tui.Screens.Reading;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Reads kept messages, to look at, copy, write, pipe or send again.</summary>
internal sealed class MessageEffects
{
    private const int HistoryRows = 200;
    private const int MaximumOutput = 1 << 20;
    private const int MaximumCopy = 8 << 20;
    private const int MaximumLines = 200_000;

    private readonly Func<AppState> _state;
    private readonly ITerminalActions _terminal;
    private readonly Action<AppEvent> _post;

    public MessageEffects(Func<AppState> state, ITerminalActions terminal, Action<AppEvent> post)
    {
        _state = state;
        _terminal = terminal;
        _post = post;
    }

    /// <summary>Reads and decodes a message for the inspector.</summary>
    public Task OpenAsync(Effect.OpenMessage open, CancellationToken cancellationToken)
    {
        var log = _state().Store.View;
        var opened = log.TryRead(open.Id, out var stored) ? Open(log, stored, open.Choice, cancellationToken) : null;
        _post(new AppEvent.MessageOpened(open.Generation, opened));
        return Task.CompletedTask;
    }

    /// <summary>Copies a part of a message.</summary>
    public async Task CopyAsync(Effect.Copy copy, CancellationToken cancellationToken)
    {
        if (!TryRead(copy.Id, out var stored))
            return;
        var text = copy.What switch
        {
            CopyWhat.Topic => stored.Message.Topic,
            CopyWhat.Json => JsonOf(stored),
            _ => Encoding.UTF8.GetString(stored.Message.Payload.Span),
        };
        if (text.Length > MaximumCopy)
        {
            _post(
                new AppEvent.Told(
                    StatusLevel.Warning,
                    $"{SizeText.Of(text.Length)} is too much for a clipboard; write it to a file with w"
                )
            );
            return;
        }

        var how = await _terminal.CopyAsync(text, cancellationToken).ConfigureAwait(false);
        _post(new AppEvent.Told(StatusLevel.Good, $"{copy.What.ToString().ToLowerInvariant()}: {how}"));
    }

    /// <summary>Opens a payload in the user's editor.</summary>
    public async Task ViewAsync(Effect.ViewInEditor view, CancellationToken cancellationToken)
    {
        if (!TryRead(view.Id, out var stored))
            return;
        var format = PayloadFormats.Detect(stored.Message.Payload.Span, PayloadHints.Of(stored.Message));
        var document = format.Read(stored.Message.Payload, cancellationToken);
        var missing = Missing(stored, document.LineCount);
        var lines = document.Plain(MaximumLines);
        var text = string.Join('\n', missing.Length == 0 ? lines : lines.Append($"[{missing}]"));
        try
        {
            await _terminal
                .EditAsync(text, format.Name == "json" ? ".json" : ".txt", cancellationToken)
                .ConfigureAwait(false);
            if (missing.Length > 0)
                _post(new AppEvent.Told(StatusLevel.Warning, missing));
        }
        catch (InvalidOperationException failure)
        {
            _post(new AppEvent.Told(StatusLevel.Error, failure.Message));
        }
    }

    /// <summary>Sends a payload through a command and shows what it writes.</summary>
    public async Task PipeAsync(Effect.Pipe pipe, CancellationToken cancellationToken)
    {
        if (!TryRead(pipe.Id, out var stored))
            return;
        var (code, output) = await RunAsync(pipe.Command, stored.Message.Payload, cancellationToken)
            .ConfigureAwait(false);
        var lines = output
            .ReplaceLineEndings("\n")
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => StyledLine.Of(SafeText.Line(line, 4096)));
        _post(
            new ReadingOpened(
                new ReadingState
                {
                    Title = SafeText.Line(pipe.Command, 60),
                    Subtitle = code == 0 ? "" : $"ended with {code}",
                    Lines = [.. lines],
                }
            )
        );
    }

    /// <summary>Writes messages to a file.</summary>
    public async Task WriteAsync(Effect.WriteMessages write, CancellationToken cancellationToken)
    {
        var stored = write
            .Ids.Select(id => _state().Store.View.TryRead(id, out var message) ? message : null)
            .OfType<StoredMessage>()
            .ToArray();
        var isJson =
            stored.Length != 1
            || write.Path.EndsWith(".json", StringComparison.Ordinal)
            || write.Path.EndsWith(".jsonl", StringComparison.Ordinal);
        ReadOnlyMemory<byte> bytes = isJson
            ? Encoding.UTF8.GetBytes(string.Concat(stored.Select(message => JsonOf(message) + "\n")))
            : stored[0].Message.Payload;
        try
        {
            await FileEffects.WriteNewAsync(write.Path, bytes, cancellationToken).ConfigureAwait(false);
            _post(
                new AppEvent.Told(
                    StatusLevel.Good,
                    $"{stored.Length} written to {write.Path}, {SizeText.Of(bytes.Length)}"
                )
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _post(new AppEvent.Told(StatusLevel.Error, $"{write.Path} could not be written: {failure.Message}"));
        }
    }

    /// <summary>Reads a message back to edit and send it again.</summary>
    public Task ResendAsync(Effect.Resend resend, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryRead(resend.Id, out var stored))
        {
            var transport = _state().Connections[stored.Source].Transport;
            _post(
                new ResendRead(
                    stored.Source,
                    new OutgoingMessage
                    {
                        Topic = stored.Message.Topic,
                        Payload = stored.Message.Payload,
                        Headers = stored.Message.Headers,
                        Options = transport.OptionsOf(stored.Message),
                    }
                )
            );
        }

        return Task.CompletedTask;
    }

    private static OpenedMessage Open(
        LogView log,
        StoredMessage stored,
        InspectorChoice choice,
        CancellationToken cancellationToken
    )
    {
        var document = Read(stored, choice.Format, cancellationToken);
        var opened = new OpenedMessage { Stored = stored, Document = document };
        if (choice.CompareWith is { } wanted)
            opened = Compare(log, opened, wanted, choice.Format, cancellationToken);
        if (choice.WantsHistory)
            opened = opened with { History = History(log, stored.Id, cancellationToken) };
        return opened;
    }

    private static PayloadDocument Read(StoredMessage stored, string? wanted, CancellationToken cancellationToken)
    {
        var payload = stored.Message.Payload;
        var hints = PayloadHints.Of(stored.Message);
        var format =
            (wanted is null ? null : PayloadFormats.Find(wanted)) ?? PayloadFormats.Detect(payload.Span, hints);
        return format.Read(payload, cancellationToken);
    }

    // -1 asks for the message before on the same topic.
    private static OpenedMessage Compare(
        LogView log,
        OpenedMessage opened,
        long wanted,
        string? format,
        CancellationToken cancellationToken
    )
    {
        var other =
            wanted > 0 ? wanted : TopicHistory.Neighbour(log, opened.Stored.Id, isForward: false, cancellationToken);
        if (other is not { } id || !log.TryRead(id, out var old))
            return opened with { Difference = [], Compared = "there is no earlier message of this topic" };
        var difference = PayloadDiff.Compare(Read(old, format, cancellationToken), opened.Document);
        return opened with { Difference = difference, Compared = $"{Time(old)} to {Time(opened.Stored)}" };
    }

    private static List<HistoryRow> History(LogView log, long id, CancellationToken cancellationToken)
    {
        var rows = new List<HistoryRow>();
        var row = new RowData();
        foreach (var other in TopicHistory.Around(log, id, HistoryRows, cancellationToken))
        {
            if (log.TryReadRow(other, PayloadPreview.Bytes, row))
                rows.Add(new HistoryRow(other, row.Time, row.Size, row.Preview.ToArray()));
        }

        return rows;
    }

    private static string Time(StoredMessage stored) =>
        stored.Message.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static async Task<(int Code, string Output)> RunAsync(
        string command,
        ReadOnlyMemory<byte> input,
        CancellationToken cancellationToken
    )
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("/bin/sh")
            {
                ArgumentList = { "-c", command + " 2>&1" },
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        process.Start();
        try
        {
            var output = ReadAsync(process.StandardOutput, cancellationToken);
            await FeedAsync(process, input, cancellationToken).ConfigureAwait(false);
            var text = await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, text);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task FeedAsync(
        Process process,
        ReadOnlyMemory<byte> input,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended before it had read everything, as head does: what it wrote is the answer.
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[8192];
        int count;
        while ((count = await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (text.Length < MaximumOutput)
                text.Append(buffer, 0, count);
        }

        return text.ToString();
    }

    // Stands in the text itself too, where whoever reads to the end looks for it.
    private string Missing(StoredMessage stored, int lineCount)
    {
        var missing = new List<string>();
        if (lineCount > MaximumLines)
            missing.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the editor got the first {MaximumLines:N0} of {lineCount:N0} lines; {_state().Commands.KeyOf("save")} writes them all to a file"
                )
            );
        if (stored.IsCut)
            missing.Add(
                $"of {SizeText.Of(stored.OriginalSize)} only the first {SizeText.Of(stored.Message.Payload.Length)} were kept"
            );
        return string.Join("; ", missing);
    }

    private string JsonOf(StoredMessage stored)
    {
        var connection = _state().Connections[stored.Source];
        return MessageJson.Text(stored, connection.Name, connection.Transport.Protocol, isIndented: false);
    }

    private bool TryRead(long id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StoredMessage? stored)
    {
        if (_state().Store.View.TryRead(id, out stored))
            return true;
        _post(new AppEvent.Told(StatusLevel.Warning, "that message has left the log"));
        return false;
    }
}
