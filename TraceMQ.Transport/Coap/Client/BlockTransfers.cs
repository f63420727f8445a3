using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>How bodies are cut.</summary>
/// <param name="BlockSize">Of 16 to 1024 bytes.</param>
/// <param name="MaximumBody">Most bytes of a response that is put together.</param>
/// <param name="Patience">How long a response may take once the peer has the request.</param>
internal sealed record TransferLimits(int BlockSize, int MaximumBody, TimeSpan Patience);

/// <summary>Requests and responses of any length, in blocks (RFC 7959), with the proof of freshness that a server may ask for (RFC 9175).</summary>
internal sealed class BlockTransfers
{
    private const int MaximumRestarts = 3;
    private const int RequestTagLength = 2;

    private readonly Exchanges _exchanges;
    private readonly ICoapLink _link;
    private readonly TransferLimits _limits;
    private readonly TimeProvider _time;
    private int _lastTag = Random.Shared.Next(ushort.MaxValue);

    public BlockTransfers(Exchanges exchanges, ICoapLink link, TransferLimits limits, TimeProvider time)
    {
        _exchanges = exchanges;
        _link = link;
        _limits = limits;
        _time = time;
    }

    /// <summary>Bytes from which on a body goes in blocks.</summary>
    private int Largest => _link.IsReliable ? _link.MaximumPayload : _limits.BlockSize;

    /// <summary>Sends a request of any length and waits for the whole response.</summary>
    /// <param name="request">With its token, which all its messages have.</param>
    /// <param name="exchange">What its packets belong to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It was rejected, nothing came back, or the response is too large.</exception>
    public async Task<CoapReply> AskAsync(CoapMessage request, ExchangeId exchange, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var reply = await SendAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        if (reply.Message.Code == CoapCode.Unauthorized && reply.Message.Options.Find(OptionNumber.Echo) is { } echo)
        {
            request = request with { Options = request.Options.With(echo) };
            reply = await SendAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        }

        var whole = await CompleteAsync(request, reply.Message, exchange, cancellationToken).ConfigureAwait(false);
        return whole with { RoundTrip = _time.GetElapsedTime(started), Tries = reply.Tries };
    }

    /// <summary>Fetches what is missing of a response that is the first block of one.</summary>
    public async Task<CoapReply> CompleteAsync(
        CoapMessage request,
        CoapMessage first,
        ExchangeId exchange,
        CancellationToken cancellationToken
    )
    {
        // With a token of its own, so that a notification that comes meanwhile is none of the blocks (RFC 7959, section 3.4).
        if (request.Options.Has(OptionNumber.Observe))
            request = request with { Token = _exchanges.NextToken() };
        for (var restarts = 0; restarts <= MaximumRestarts; restarts++)
        {
            if (first.Options.Block(OptionNumber.Block2) is not { } block || (block.Number == 0 && !block.IsMore))
                return new CoapReply(first, TimeSpan.Zero, 1);
            var reply = await FetchAsync(request, first, block, exchange, cancellationToken).ConfigureAwait(false);
            if (reply is not null)
                return reply;
            // It changed while it was fetched: from the beginning.
            var again = await AskOnceAsync(
                    WithoutBody(request, new BlockValue(0, IsMore: false, block.SizeExponent)),
                    exchange,
                    cancellationToken
                )
                .ConfigureAwait(false);
            first = again.Message;
        }

        throw new TransportException(
            FailureKind.RefusedByPeer,
            $"The resource changed {MaximumRestarts + 1} times while it was fetched block by block: try again, or with larger blocks."
        );
    }

    private Task<CoapReply> SendAsync(CoapMessage request, ExchangeId exchange, CancellationToken cancellationToken)
    {
        if (request.Payload.Length > Largest)
            return UploadAsync(request, exchange, cancellationToken);
        // Early negotiation (RFC 7959, section 2.4): the first response already has blocks of our size.
        var isNegotiated = !_link.IsReliable && _limits.BlockSize < 1024 && !request.Options.Has(OptionNumber.Block2);
        return AskOnceAsync(
            isNegotiated
                ? request with
                {
                    Options = request.Options.With(
                        new BlockValue(0, IsMore: false, BlockValue.ExponentOf(_limits.BlockSize)).ToOption(
                            OptionNumber.Block2
                        )
                    ),
                }
                : request,
            exchange,
            cancellationToken
        );
    }

    private async Task<CoapReply> UploadAsync(
        CoapMessage request,
        ExchangeId exchange,
        CancellationToken cancellationToken
    )
    {
        var exponent = BlockValue.ExponentOf(_limits.BlockSize);
        var tagged = request with
        {
            Options = request.Options.And(
                new CoapOption(
                    OptionNumber.RequestTag,
                    CoapToken.Of((uint)Interlocked.Increment(ref _lastTag), RequestTagLength).ToArray()
                )
            ),
        };
        var offset = 0;
        while (true)
        {
            var size = 16 << exponent;
            if (offset / size > BlockValue.MaximumNumber)
                throw new TransportException(
                    FailureKind.Configuration,
                    $"{request.Payload.Length:N0} bytes are too many for blocks of {size}: choose larger blocks."
                );
            var block = BlockOf(tagged, offset, exponent, out var isLast);
            var reply = await AskOnceAsync(block, exchange, cancellationToken).ConfigureAwait(false);
            var answered = reply.Message.Options.Block(OptionNumber.Block1);
            var isSmaller = answered is { } wanted && wanted.SizeExponent < exponent;
            if (reply.Message.Code == CoapCode.TooLarge && offset == 0 && isSmaller)
            {
                exponent = answered!.Value.SizeExponent;
                continue;
            }

            if (isLast || !reply.Message.Code.IsSuccess || answered is null)
                return reply;
            offset += size;
            if (isSmaller)
                exponent = answered.Value.SizeExponent;
        }
    }

    private static CoapMessage BlockOf(CoapMessage request, int offset, int exponent, out bool isLast)
    {
        var size = 16 << exponent;
        var length = Math.Min(size, request.Payload.Length - offset);
        isLast = offset + length == request.Payload.Length;
        var options = request.Options.With(
            new BlockValue(offset / size, !isLast, exponent).ToOption(OptionNumber.Block1)
        );
        if (offset == 0)
            options = options.With(CoapOption.Of(OptionNumber.Size1, (uint)request.Payload.Length));
        return request with { Options = options, Payload = request.Payload.Slice(offset, length) };
    }

    /// <summary>The whole of a response; null where it changed meanwhile.</summary>
    private async Task<CoapReply?> FetchAsync(
        CoapMessage request,
        CoapMessage first,
        BlockValue block,
        ExchangeId exchange,
        CancellationToken cancellationToken
    )
    {
        if (block.Number != 0)
            throw Unfit($"began with block {block.Number}");
        var body = new MemoryStream();
        body.Write(first.Payload.Span);
        var blocks = 1;
        var message = first;
        while (block.IsMore)
        {
            if (body.Length == 0 || body.Length % block.Size != 0)
                throw Unfit($"has a block of {message.Payload.Length} bytes where {block.Size} were said");
            if (body.Length > _limits.MaximumBody)
                throw new TransportException(
                    FailureKind.RefusedByPeer,
                    $"The response is larger than {Quantity.FormatSize(_limits.MaximumBody)}: raise coap.max_body to see it."
                );
            var next = new BlockValue((int)(body.Length / block.Size), IsMore: false, Math.Min(block.SizeExponent, 6));
            var reply = await AskOnceAsync(WithoutBody(request, next), exchange, cancellationToken)
                .ConfigureAwait(false);
            message = reply.Message;
            if (!message.Code.IsSuccess)
                return reply with { Blocks = blocks };
            if (
                message.Options.Block(OptionNumber.Block2) is not { } came
                || came.Number * (long)came.Size != body.Length
            )
                throw Unfit($"left out block {next.Number}");
            if (!TagOf(message).SequenceEqual(TagOf(first)))
                return null;
            body.Write(message.Payload.Span);
            block = came;
            blocks++;
        }

        var whole = body.ToArray();
        return new CoapReply(
            first with
            {
                Options = first.Options.Without(OptionNumber.Block2),
                Payload = whole,
            },
            TimeSpan.Zero,
            1
        )
        {
            Blocks = blocks,
        };
    }

    private static ReadOnlySpan<byte> TagOf(CoapMessage message) =>
        message.Options.Find(OptionNumber.ETag) is { } tag ? tag.Value.Span : default;

    private static TransportException Unfit(string what) =>
        new(FailureKind.RefusedByPeer, $"The peer's blocks do not fit together (RFC 7959): the response {what}.");

    private static CoapMessage WithoutBody(CoapMessage request, BlockValue next) =>
        request with
        {
            Options = request
                .Options.Without(OptionNumber.Observe)
                .Without(OptionNumber.Size1)
                .Without(OptionNumber.Block1)
                .With(next.ToOption(OptionNumber.Block2)),
            Payload = default,
        };

    private Task<CoapReply> AskOnceAsync(
        CoapMessage request,
        ExchangeId exchange,
        CancellationToken cancellationToken
    ) => _exchanges.AskAsync(_link, request, exchange, _limits.Patience, cancellationToken);
}
