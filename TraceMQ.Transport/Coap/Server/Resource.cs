using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>A resource as it is at one moment. Immutable.</summary>
internal sealed record Resource
{
    public required string Path { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Null: it says nothing.</summary>
    public int? Format { get; init; }

    /// <summary>Seconds that an answer stays fresh; null: it says nothing, which means 60.</summary>
    public uint? MaxAge { get; init; }

    public string Title { get; init; } = "";

    /// <summary>The attribute rt.</summary>
    public string Type { get; init; } = "";

    /// <summary>The attribute if.</summary>
    public string Interface { get; init; } = "";

    public AnswerMode Answers { get; init; } = AnswerMode.Normal;

    /// <summary>Counts the changes of the payload, over the server's life.</summary>
    public ulong Version { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Of this payload and no other of this server.</summary>
    public ReadOnlyMemory<byte> ETag => CoapToken.Of(Version, 4).ToArray();

    /// <summary>Where in the order of notifications it is (RFC 7641, section 3.4).</summary>
    public uint Sequence => (uint)(Version & 0xff_ffff);

    public int Cost => Payload.Length + (Path.Length * 2) + 256;

    /// <summary>What the directory says of it (RFC 6690).</summary>
    public IEnumerable<Header> Attributes
    {
        get
        {
            if (Title.Length > 0)
                yield return new Header("title", Title);
            if (Type.Length > 0)
                yield return new Header("rt", Type);
            if (Interface.Length > 0)
                yield return new Header("if", Interface);
            if (Format is { } format)
                yield return new Header("ct", format.ToString());
            if (!Payload.IsEmpty)
                yield return new Header("sz", Payload.Length.ToString());
            yield return new Header("obs", "");
        }
    }
}
