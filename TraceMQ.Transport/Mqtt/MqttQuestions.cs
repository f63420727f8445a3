using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What is asked of a broker, and what to say where no answer comes.</summary>
internal sealed class MqttQuestions(MqttLink link, TimeProvider time)
{
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(30);

    private readonly MqttLink _link = link;
    private readonly TimeProvider _time = time;

    /// <summary>Asks the broker for something, and makes a <see cref="TransportException"/> of whatever prevents the answer.</summary>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        using var timeout = new CancellationTokenSource(s_answerTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ask(both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (MqttFailures.IsExpected(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested && _link.Client.IsConnected)
            {
                throw new TransportException(
                    FailureKind.TimedOut,
                    $"The broker did not answer within {Quantity.Format(s_answerTimeout)}: whether it took it is unknown.",
                    exception
                );
            }

            ThrowIfEnded();
            if (_link.Client.IsConnected)
            {
                throw new TransportException(
                    FailureKind.Configuration,
                    $"It cannot be sent to the broker: {exception.GetBaseException().Message.TrimEnd('.')}.",
                    exception
                );
            }

            throw new TransportException(
                FailureKind.Lost,
                $"The connection ended before the broker answered ({exception.GetBaseException().Message.TrimEnd('.')}): whether it took it is unknown.",
                exception
            );
        }
    }

    /// <exception cref="TransportException">The connection is not up any more.</exception>
    public void ThrowIfEnded()
    {
        if (_link.Completion.IsCompleted)
            throw Ended();
    }

    /// <summary>Why the connection is not up any more.</summary>
    public TransportException Ended()
    {
        var reason = _link.Completion.Exception?.InnerException as TransportException;
        return new TransportException(
            reason?.Kind ?? FailureKind.Lost,
            reason?.Message ?? "The connection is closed: connect again.",
            reason
        );
    }
}
