using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Answers the requests of all peers: the options first, then blocks, then what the resource does, and how it was told to answer.</summary>
internal sealed class CoapService
{
    private readonly Resources _resources;
    private readonly Observers _observers;
    private readonly Uploads _uploads;
    private readonly RequestRules _rules;
    private readonly LaterAnswers _later;
    private readonly Freshness _freshness;
    private readonly ServedRows _rows;
    private readonly TransmissionParameters _parameters;
    private readonly SessionContext _context;
    private readonly int _blockSize;

    public CoapService(
        Resources resources,
        Observers observers,
        LaterAnswers later,
        ServerLimits limits,
        TransmissionParameters parameters,
        int blockSize,
        SessionContext context
    )
    {
        _resources = resources;
        _observers = observers;
        _later = later;
        _parameters = parameters;
        _blockSize = blockSize;
        _context = context;
        _uploads = new Uploads(limits, blockSize, context.Time);
        _rules = new RequestRules(resources, limits);
        _freshness = new Freshness(context.Time);
        _rows = new ServedRows(context);
    }

    /// <summary>Does what a request asks for, and tells the observers.</summary>
    /// <param name="request">With its whole body and good options.</param>
    /// <param name="told">How many observers are told.</param>
    public RequestRules.Outcome Do(CoapMessage request, out int told)
    {
        var outcome = _rules.Do(request);
        told = outcome.Changed is { } changed ? _observers.Tell(changed) : 0;
        if (outcome.Deleted is { } deleted)
            told = _observers.TellGone(deleted.Path);
        return outcome;
    }

    /// <summary>Answers a request of a peer.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The server stops.</param>
    public async ValueTask ServeAsync(ServedPeer peer, IncomingRequest request, CancellationToken cancellationToken)
    {
        var message = request.Message;
        var options = OptionRules.Check(message.Options);
        if (options.BadOption is { } bad)
        {
            await RefuseAsync(peer, request, bad, cancellationToken).ConfigureAwait(false);
            return;
        }

        message = message with { Options = options.Options };
        var path = CoapPath.PathOf(message.Options);
        var mode = _resources.Find(path)?.Answers ?? AnswerMode.Normal;
        if (Early(peer, message, mode) is { } early)
        {
            _rows.Came(peer, message, request.Exchange);
            await AnswerAsync(peer, request, message, early, mode, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (mode.Kind == AnswerKind.Dropped)
        {
            _rows.Came(peer, message, request.Exchange);
            return;
        }

        if (_uploads.Take(peer, message, peer.Link.IsReliable, out var whole) is { } partial)
        {
            if (!partial.Code.IsSuccess)
                _rows.Came(peer, message, request.Exchange);
            await ReplyAsync(peer, request, partial, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Each further block of an answer is a request of its own; one row stands for all of them.
        if (message.Options.Block(OptionNumber.Block2) is not { Number: > 0 })
            _rows.Came(peer, whole!, request.Exchange);
        var answer = mode.Kind == AnswerKind.Error ? Answers.Of(mode.Code) : AnswerOf(peer, request, whole!);
        await AnswerAsync(peer, request, whole!, answer, mode, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is answered before anything is done.</summary>
    private CoapMessage? Early(ServedPeer peer, CoapMessage message, AnswerMode mode)
    {
        if (message.Options.Find(OptionNumber.HopLimit) is { Number32: 0 })
            return Answers.Of(CoapCode.BadRequest, "a hop limit of 0");
        if (mode.Kind != AnswerKind.Echo)
            return null;
        if (message.Options.Find(OptionNumber.Echo) is { } echo && _freshness.IsProof(peer.Name, echo.Value.Span))
            return null;
        return Answers.Of(CoapCode.Unauthorized) with
        {
            Options = OptionSet.Of(new CoapOption(OptionNumber.Echo, _freshness.Challenge(peer.Name))),
        };
    }

    private CoapMessage AnswerOf(ServedPeer peer, IncomingRequest request, CoapMessage whole)
    {
        var response = Do(whole, out _).Response;
        if (!whole.Code.IsSafe || whole.Options.Uint(OptionNumber.Observe) is not { } observe)
            return response;
        if (observe == 1)
            _observers.Remove(peer, whole.Token);
        // Only what is there can be observed, and the first block alone registers (RFC 7959, section 3.4).
        else if (
            observe == 0
            && !peer.IsGroup
            && response.Code.IsSuccess
            && whole.Options.Block(OptionNumber.Block2) is not { Number: > 0 }
            && _resources.Find(CoapPath.PathOf(whole.Options)) is { } resource
            && _observers.TryAdd(peer, whole, request.Exchange, resource.Format)
        )
            return response with
            {
                Options = response.Options.With(CoapOption.Of(OptionNumber.Observe, resource.Sequence)),
            };
        return response;
    }

    /// <summary>A critical option that is unknown or not valid (RFC 7252, section 5.4.1).</summary>
    private ValueTask RefuseAsync(
        ServedPeer peer,
        IncomingRequest request,
        int option,
        CancellationToken cancellationToken
    )
    {
        _rows.Came(peer, request.Message, request.Exchange);
        // Without confirmation it is rejected in silence.
        if (!peer.Link.IsReliable && request.Message.Type != CoapType.Confirmable)
            return ValueTask.CompletedTask;
        var answer = Answers.Of(CoapCode.BadOption, $"the option {OptionTable.NameOf(option)}");
        return AnswerAsync(peer, request, request.Message, answer, AnswerMode.Normal, cancellationToken);
    }

    private async ValueTask AnswerAsync(
        ServedPeer peer,
        IncomingRequest request,
        CoapMessage message,
        CoapMessage answer,
        AnswerMode mode,
        CancellationToken cancellationToken
    )
    {
        var cut = Answers.Cut(answer, message.Options.Block(OptionNumber.Block2), _blockSize, peer.Link);
        if (message.Options.Block(OptionNumber.Block1) is { } block1)
            cut = cut with { Options = cut.Options.With(block1.ToOption(OptionNumber.Block1)) };
        if (mode.Options.Count > 0)
            cut = cut with { Options = cut.Options.And(mode.Options) };
        if (peer.IsGroup)
        {
            AnswerGroup(peer, request, message, answer, cut);
            return;
        }

        if (IsUnwanted(message, cut))
        {
            await request.AcknowledgeAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (mode.Kind is AnswerKind.Delayed or AnswerKind.Separate)
        {
            if (mode.Kind == AnswerKind.Separate)
                await request.AcknowledgeAsync(cancellationToken).ConfigureAwait(false);
            _later.TryBegin(peer, token => HoldAsync(peer, request, message, answer, cut, mode.Delay, token));
            return;
        }

        Went(peer, request, message, answer);
        await ReplyAsync(peer, request, cut, cancellationToken).ConfigureAwait(false);
    }

    private async Task HoldAsync(
        ServedPeer peer,
        IncomingRequest request,
        CoapMessage message,
        CoapMessage answer,
        CoapMessage cut,
        TimeSpan delay,
        CancellationToken cancellationToken
    )
    {
        await Task.Delay(delay, _context.Time, cancellationToken).ConfigureAwait(false);
        Went(peer, request, message, answer);
        await request.ReplyAsync(cut, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Members of a group answer at different times, and only what is worth it (RFC 7252, section 8.2).</summary>
    private void AnswerGroup(
        ServedPeer peer,
        IncomingRequest request,
        CoapMessage message,
        CoapMessage answer,
        CoapMessage cut
    )
    {
        if (
            message.Type != CoapType.NonConfirmable
            || !message.Code.IsSafe
            || !answer.Code.IsSuccess
            || answer.Payload.IsEmpty
        )
            return;
        var delay = _parameters.Leisure * Random.Shared.NextDouble();
        _later.TryBegin(peer, token => HoldAsync(peer, request, message, answer, cut, delay, token));
    }

    /// <summary>One row stands for all the blocks of an answer.</summary>
    private void Went(ServedPeer peer, IncomingRequest request, CoapMessage message, CoapMessage answer)
    {
        if (message.Options.Block(OptionNumber.Block2) is not { Number: > 0 })
            _rows.Went(peer, message, answer, request.Exchange);
    }

    /// <summary>True where the client does not want answers of this class (RFC 7967, section 2.1).</summary>
    private static bool IsUnwanted(CoapMessage request, CoapMessage answer) =>
        request.Options.Uint(OptionNumber.NoResponse) is { } classes
        && (classes & (1u << (answer.Code.Class - 1))) != 0;

    private async ValueTask ReplyAsync(
        ServedPeer peer,
        IncomingRequest request,
        CoapMessage answer,
        CancellationToken cancellationToken
    )
    {
        if (request.IsAnsweredAtOnce)
            await request.ReplyAsync(answer, null, cancellationToken).ConfigureAwait(false);
        else
            _later.TryBegin(peer, token => request.ReplyAsync(answer, null, token));
    }
}
