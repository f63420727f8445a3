namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>
/// Inflates the messages of a connection (RFC 7692, section 7.2.2; RFC 1951). Our own, because the stream of the framework can neither keep the
/// history over a block that says it is the last, which this standard allows, nor hold a peer to the window that was agreed.
/// </summary>
internal sealed class MessageInflater : IDisposable
{
    private const int MaxWindow = 32 * 1024;
    private const int Literals = 288;
    private const int Distances = 32;
    private const int EndOfBlock = 256;

    private static readonly HuffmanCode s_fixedLiterals = FixedLiterals();
    private static readonly HuffmanCode s_fixedDistances = FixedDistances();

    private readonly HuffmanCode _lengthCode = new(19);
    private readonly HuffmanCode _literalCode = new(Literals);
    private readonly HuffmanCode _distanceCode = new(Distances);

    // What was inflated, the history of earlier messages before the current one.
    private readonly PooledBytes _output = new();
    private readonly bool _keepsHistory;
    private readonly int _window;
    private int _messageStart;
    private int _most;

    /// <param name="keepsHistory">A message may refer to the ones before (context takeover).</param>
    /// <param name="windowBits">How far back references may go, as a power of two; 8 to 15.</param>
    public MessageInflater(bool keepsHistory, int windowBits)
    {
        _keepsHistory = keepsHistory;
        _window = 1 << windowBits;
    }

    /// <summary>The lengths of copies after the 256 literals and the end: base, and how many more bits.</summary>
    private static ReadOnlySpan<ushort> LengthBase =>
        [
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            13,
            15,
            17,
            19,
            23,
            27,
            31,
            35,
            43,
            51,
            59,
            67,
            83,
            99,
            115,
            131,
            163,
            195,
            227,
            258,
        ];

    private static ReadOnlySpan<byte> LengthBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<ushort> DistanceBase =>
        [
            1,
            2,
            3,
            4,
            5,
            7,
            9,
            13,
            17,
            25,
            33,
            49,
            65,
            97,
            129,
            193,
            257,
            385,
            513,
            769,
            1025,
            1537,
            2049,
            3073,
            4097,
            6145,
            8193,
            12289,
            16385,
            24577,
        ];

    private static ReadOnlySpan<byte> DistanceBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    private static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>What ends every message and is not sent (RFC 7692, section 7.2.1).</summary>
    public static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Inflates a message.</summary>
    /// <param name="deflated">The message with <see cref="Tail"/>.</param>
    /// <param name="most">Most bytes that may come out.</param>
    /// <returns>The message; valid until the next call.</returns>
    /// <exception cref="ProtocolViolation">It is no deflated message, or too large.</exception>
    public ReadOnlyMemory<byte> Inflate(ReadOnlySpan<byte> deflated, int most)
    {
        ForgetOld();
        _messageStart = _output.Length;
        _most = most;
        var source = new BitSource(deflated);
        do
        {
            var isLast = source.Take(1) != 0;
            Block(ref source, source.Take(2));
            if (!isLast)
                continue;
            source.Align();
            // A sender that ends its last block without the empty one after it left nothing but the tail.
            if (source.BytesLeft == Tail.Length)
                break;
        } while (source.BytesLeft > 0);

        return _output.Written[_messageStart..];
    }

    public void Dispose() => _output.Release();

    /// <summary>The data is not what RFC 1951 describes.</summary>
    public static ProtocolViolation Corrupt(string how) =>
        new(CloseCodes.InvalidPayload, $"a compressed message must inflate, but {how} (RFC 7692, 7.2.2)");

    private static HuffmanCode FixedLiterals()
    {
        Span<byte> lengths = stackalloc byte[Literals];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        var code = new HuffmanCode(Literals);
        code.TryBuild(lengths, isLoneAllowed: false);
        return code;
    }

    private static HuffmanCode FixedDistances()
    {
        Span<byte> lengths = stackalloc byte[Distances];
        lengths.Fill(5);
        var code = new HuffmanCode(Distances);
        code.TryBuild(lengths, isLoneAllowed: false);
        return code;
    }

    private void ForgetOld()
    {
        if (!_keepsHistory)
            _output.Clear();
        else if (_output.Length >= 2 * MaxWindow)
            _output.KeepLast(MaxWindow);
    }

    private void Block(ref BitSource source, int type)
    {
        switch (type)
        {
            case 0:
                Stored(ref source);
                break;
            case 1:
                Copies(ref source, s_fixedLiterals, s_fixedDistances);
                break;
            case 2:
                ReadCodes(ref source);
                Copies(ref source, _literalCode, _distanceCode);
                break;
            default:
                throw Corrupt("it has a block of an unknown type");
        }
    }

    private void Stored(ref BitSource source)
    {
        source.Align();
        var length = source.Take(16);
        if (source.Take(16) != (length ^ 0xFFFF))
            throw Corrupt("the length of a stored block is not what its check says");
        Reserve(length);
        _output.Append(source.TakeBytes(length));
    }

    private void ReadCodes(ref BitSource source)
    {
        var literals = source.Take(5) + 257;
        var distances = source.Take(5) + 1;
        var lengths = source.Take(4) + 4;
        if (literals > 286 || distances > 30)
            throw Corrupt("it has too many codes");
        Span<byte> table = stackalloc byte[Literals + Distances];
        for (var i = 0; i < lengths; i++)
            table[LengthOrder[i]] = (byte)source.Take(3);
        if (!_lengthCode.TryBuild(table[..19], isLoneAllowed: false))
            throw Corrupt("it has codes that cannot be");
        table.Clear();
        ReadLengths(ref source, table[..(literals + distances)]);
        if (
            table[EndOfBlock] == 0
            || !_literalCode.TryBuild(table[..literals], isLoneAllowed: true)
            || !_distanceCode.TryBuild(table.Slice(literals, distances), isLoneAllowed: true)
        )
            throw Corrupt("it has codes that cannot be");
    }

    private void ReadLengths(ref BitSource source, scoped Span<byte> lengths)
    {
        for (var at = 0; at < lengths.Length; )
        {
            var symbol = _lengthCode.Read(ref source);
            if (symbol < 16)
            {
                lengths[at++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && at == 0)
                throw Corrupt("it repeats a length before there is one");
            var value = symbol == 16 ? lengths[at - 1] : (byte)0;
            var times = symbol switch
            {
                16 => 3 + source.Take(2),
                17 => 3 + source.Take(3),
                _ => 11 + source.Take(7),
            };
            if (times > lengths.Length - at)
                throw Corrupt("it repeats a length too often");
            lengths.Slice(at, times).Fill(value);
            at += times;
        }
    }

    private void Copies(ref BitSource source, HuffmanCode literals, HuffmanCode distances)
    {
        while (true)
        {
            var symbol = literals.Read(ref source);
            if (symbol < EndOfBlock)
            {
                Reserve(1);
                _output.Append((byte)symbol);
                continue;
            }

            if (symbol == EndOfBlock)
                return;
            symbol -= EndOfBlock + 1;
            if (symbol >= LengthBase.Length)
                throw Corrupt("it has a length that is none");
            var length = LengthBase[symbol] + source.Take(LengthBits[symbol]);
            symbol = distances.Read(ref source);
            if (symbol >= DistanceBase.Length)
                throw Corrupt("it has a distance that is none");
            Copy(DistanceBase[symbol] + source.Take(DistanceBits[symbol]), length);
        }
    }

    private void Copy(int distance, int length)
    {
        if (distance > _output.Length || distance > MaxWindow)
            throw Corrupt("it refers to what was never sent");
        if (distance > _window)
            throw Corrupt($"it refers {distance} bytes back, where {_window} were agreed");
        Reserve(length);
        _output.Repeat(distance, length);
    }

    private void Reserve(int more)
    {
        if (more > _most - (_output.Length - _messageStart))
            throw FrameRules.TooBig(_most);
    }
}
