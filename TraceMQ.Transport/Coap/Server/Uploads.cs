using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Bodies that arrive block by block (RFC 7959, section 2.5). Bounded in number, in bytes and in time, where the longest silent makes room; memory grows with what came, never with what is announced.</summary>
internal sealed class Uploads
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Upload> _items = [];
    private readonly ServerLimits _limits;
    private readonly TimeProvider _time;
    private readonly int _exponent;
    private long _bytes;

    /// <param name="limits">What they may cost.</param>
    /// <param name="blockSize">The largest block that we want.</param>
    /// <param name="time">The clock.</param>
    public Uploads(ServerLimits limits, int blockSize, TimeProvider time)
    {
        _limits = limits;
        _time = time;
        _exponent = BlockValue.ExponentOf(blockSize);
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _items.Count;
        }
    }

    /// <summary>Takes a request that may be a block.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="request">The request.</param>
    /// <param name="isStream">BERT is allowed there.</param>
    /// <param name="whole">The request with its whole body; null where an answer is due instead.</param>
    /// <returns>The answer to a block that is not the last; null where there is a whole request.</returns>
    public CoapMessage? Take(object peer, CoapMessage request, bool isStream, out CoapMessage? whole)
    {
        whole = null;
        if (request.Options.Block(OptionNumber.Block1) is not { } block)
        {
            if (request.Payload.Length > _limits.Body)
                return TooLarge();
            whole = request;
            return null;
        }

        if (block.SizeExponent == BlockValue.Bert && !isStream)
            return Answers.Of(CoapCode.BadRequest, "a block of the reserved size 7");
        var isWholeBlock =
            block.SizeExponent == BlockValue.Bert
                ? request.Payload.Length % block.Size == 0 && !request.Payload.IsEmpty
                : request.Payload.Length == block.Size;
        if (block.IsMore && !isWholeBlock)
            return Answers.Of(CoapCode.BadRequest, "a block that is not as long as it says");
        if (
            request.Options.Uint(OptionNumber.Size1) > _limits.Body
            || block.Offset + request.Payload.Length > _limits.Body
        )
            // A gap of any size is one, but what cannot fit at all is said so.
            return block.Number > 0 && !IsNext(peer, request, block) ? Incomplete() : TooLarge();
        lock (_lock)
            return Add(peer, request, block, out whole);
    }

    private bool IsNext(object peer, CoapMessage request, BlockValue block)
    {
        lock (_lock)
            return _items.TryGetValue(Key.Of(peer, request), out var upload) && upload.Body.Length == block.Offset;
    }

    private CoapMessage? Add(object peer, CoapMessage request, BlockValue block, out CoapMessage? whole)
    {
        whole = null;
        Expire();
        var key = Key.Of(peer, request);
        if (block.Number == 0)
            Drop(key);
        if (!_items.TryGetValue(key, out var upload))
        {
            if (block.Number != 0)
                return Incomplete();
            if (_items.Count >= _limits.Uploads)
                DropSilent(key);
            _items[key] = upload = new Upload(request.Options.Uint(OptionNumber.ContentFormat))
            {
                At = _time.GetTimestamp(),
            };
        }

        if (upload.Body.Length != block.Offset || upload.Format != request.Options.Uint(OptionNumber.ContentFormat))
            return Incomplete();
        while (_bytes + request.Payload.Length > _limits.UploadBytes)
        {
            if (!DropSilent(key))
                return Answers.Of(CoapCode.Unavailable, "too many bytes arrive at a time");
        }

        upload.Body.Write(request.Payload.Span);
        upload.At = _time.GetTimestamp();
        _bytes += request.Payload.Length;
        if (!block.IsMore)
        {
            whole = request with { Payload = upload.Body.ToArray() };
            Drop(key);
            return null;
        }

        var exponent =
            block.SizeExponent == BlockValue.Bert ? BlockValue.Bert : Math.Min(block.SizeExponent, _exponent);
        return new CoapMessage
        {
            Code = CoapCode.Continue,
            Options = OptionSet.Of((block with { SizeExponent = exponent }).ToOption(OptionNumber.Block1)),
        };
    }

    private void Expire()
    {
        List<Key>? old = null;
        foreach (var (key, upload) in _items)
        {
            if (_time.GetElapsedTime(upload.At) > _limits.UploadLifetime)
                (old ??= []).Add(key);
        }

        foreach (var key in old ?? [])
            Drop(key);
    }

    /// <summary>The one that was silent for longest makes room: whoever sends block after block is not shut out by first blocks that nobody goes on with.</summary>
    /// <returns>False where there is no other one.</returns>
    private bool DropSilent(Key except)
    {
        (Key Key, long At)? silent = null;
        foreach (var (key, upload) in _items)
        {
            if (key != except && (silent is null || upload.At < silent.Value.At))
                silent = (key, upload.At);
        }

        if (silent is null)
            return false;
        Drop(silent.Value.Key);
        return true;
    }

    private void Drop(Key key)
    {
        if (_items.Remove(key, out var upload))
            _bytes -= upload.Body.Length;
    }

    private static CoapMessage Incomplete() => Answers.Of(CoapCode.Incomplete, "a block is missing");

    private CoapMessage TooLarge()
    {
        var answer = Answers.Of(CoapCode.TooLarge, "");
        return answer with { Options = OptionSet.Of(CoapOption.Of(OptionNumber.Size1, (uint)_limits.Body)) };
    }

    private readonly record struct Key(object Peer, CoapCode Method, string Topic, string Tag)
    {
        public static Key Of(object peer, CoapMessage request) =>
            new(
                peer,
                request.Code,
                CoapPath.Of(request.Options),
                string.Join(
                    ',',
                    request.Options.All(OptionNumber.RequestTag).Select(tag => Convert.ToHexString(tag.Value.Span))
                )
            );
    }

    private sealed class Upload(uint? format)
    {
        public MemoryStream Body { get; } = new();

        public uint? Format => format;

        public long At { get; set; }
    }
}
