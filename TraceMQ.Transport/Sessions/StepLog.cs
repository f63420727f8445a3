using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sessions;

/// <summary>Times the steps of a connection, and tells of each to whoever tests it. A plain connect tells nobody.</summary>
internal sealed class StepLog
{
    private readonly Action<TestStep>? _report;
    private readonly TimeProvider _time;
    private readonly string _prefix;

    private StepLog(Action<TestStep>? report, TimeProvider time, string prefix)
    {
        _report = report;
        _time = time;
        _prefix = prefix;
    }

    /// <summary>Steps that nobody looks at.</summary>
    public static StepLog Silent { get; } = new(report: null, TimeProvider.System, "");

    /// <summary>Runs one step.</summary>
    /// <param name="name">What is tried: <c>name</c>, <c>TCP</c>, <c>TLS</c>.</param>
    /// <param name="attempt">Tries it; fails with a <see cref="TransportException"/>, whose sentence becomes the step's.</param>
    /// <param name="result">The result in words.</param>
    public async Task<T> RunAsync<T>(string name, Func<Task<T>> attempt, Func<T, string> result)
    {
        var started = _time.GetTimestamp();
        try
        {
            var value = await attempt().ConfigureAwait(false);
            Pass(name, result(value), _time.GetElapsedTime(started));
            return value;
        }
        catch (TransportException exception)
        {
            Fail(name, exception, _time.GetElapsedTime(started));
            throw;
        }
    }

    /// <summary>Tells of a step that passed, whose time was taken elsewhere, or that was found out together with another one.</summary>
    public void Pass(string name, string text, TimeSpan elapsed = default) =>
        _report?.Invoke(new TestStep(_prefix + name, IsPassed: true, elapsed, text));

    /// <summary>Tells of a step that failed.</summary>
    public void Fail(string name, TransportException failure, TimeSpan elapsed = default) =>
        _report?.Invoke(
            new TestStep(_prefix + name, IsPassed: false, elapsed, failure.Message) { Failure = failure.Kind }
        );

    /// <summary>Yields whether a server can listen: it is started, says where, and is stopped.</summary>
    /// <param name="profile">Whose.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static IAsyncEnumerable<TestStep> TestListeningAsync<T>(
        Profile profile,
        Func<CancellationToken, Task<T>> start,
        TimeProvider time,
        CancellationToken cancellationToken
    )
        where T : ISession =>
        TestAsync(
            [profile.Endpoints[0]],
            async (_, steps, token) =>
            {
                var server = await steps
                    .RunAsync("listen", () => start(token), started => string.Join(", ", started.ListensOn))
                    .ConfigureAwait(false);
                await server.DisposeAsync().ConfigureAwait(false);
            },
            time,
            cancellationToken
        );

    /// <summary>Yields the steps of an attempt at each address as they are done. After a step that failed the next address follows.</summary>
    /// <param name="endpoints">The addresses to try.</param>
    /// <param name="attempt">Tries one, and runs its steps in the log that it is given.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async IAsyncEnumerable<TestStep> TestAsync(
        IReadOnlyList<Endpoint> endpoints,
        Func<Endpoint, StepLog, CancellationToken, Task> attempt,
        TimeProvider time,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var steps = System.Threading.Channels.Channel.CreateUnbounded<TestStep>();
        var trying = TryAllAsync();
        // To the end even where cancelled: the attempt ends by the same token, and nothing of it may go on unobserved.
        await foreach (var step in steps.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            yield return step;
        await trying.ConfigureAwait(false);

        async Task TryAllAsync()
        {
            try
            {
                foreach (var endpoint in endpoints)
                {
                    var prefix = endpoints.Count > 1 ? $"{endpoint.Address} " : "";
                    var isFailureTold = false;
                    var log = new StepLog(Tell, time, prefix);
                    try
                    {
                        await attempt(endpoint, log, cancellationToken).ConfigureAwait(false);
                    }
                    catch (TransportException exception)
                    {
                        if (!isFailureTold)
                            log.Fail("connection", exception);
                    }

                    void Tell(TestStep step)
                    {
                        isFailureTold |= !step.IsPassed;
                        steps.Writer.TryWrite(step);
                    }
                }
            }
            finally
            {
                steps.Writer.TryComplete();
            }
        }
    }
}
