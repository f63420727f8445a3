using System.Text;
using Amqp;
using Amqp.Sasl;
using Amqp.Types;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>
/// What comes before the frames: protocol headers and SASL (AMQP 1.0, part 2, 2.2, and part 5, 5.3). Each answer waits for the client's word, so
/// that no two of them come in one segment: some clients look at the first only.
/// </summary>
internal sealed class AmqpHandshake
{
    private const byte SaslId = 3;
    private const byte TlsRecord = 0x16;

    private static readonly byte[] s_amqp = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 1, 0, 0];
    private static readonly byte[] s_sasl = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', SaslId, 1, 0, 0];
    private static readonly Symbol[] s_mechanisms = ["MSSBCBS", "PLAIN", "ANONYMOUS"];

    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly Func<string, Secret, bool> _isKey;
    private readonly Action<SaslInit, bool> _told;

    /// <param name="stream">To the client.</param>
    /// <param name="reader">Reads it.</param>
    /// <param name="isKey">True where a name and a key open everything.</param>
    /// <param name="told">Hears how the client authenticated, and whether it was let in.</param>
    public AmqpHandshake(
        Stream stream,
        FrameReader reader,
        Func<string, Secret, bool> isKey,
        Action<SaslInit, bool> told
    )
    {
        _told = told;
        _stream = stream;
        _reader = reader;
        _isKey = isKey;
    }

    /// <summary>True while the bytes may still become a protocol header.</summary>
    public static bool MayBeHeader(ReadOnlySpan<byte> bytes)
    {
        var name = bytes[..Math.Min(bytes.Length, 4)];
        return "AMQP"u8.StartsWith(name);
    }

    /// <summary>Does it.</summary>
    /// <returns>True where the client has shown the key already.</returns>
    /// <exception cref="AmqpViolationException">The client speaks something else, or was not let in.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var hasKey = false;
        var header = await _reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        if (header.Span.SequenceEqual(s_sasl))
        {
            await _stream.WriteAsync(s_sasl, cancellationToken).ConfigureAwait(false);
            hasKey = await AuthenticateAsync(cancellationToken).ConfigureAwait(false);
            header = await _reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!header.Span.SequenceEqual(s_amqp))
        {
            // The answer to anything else is what would have been right (part 2, 2.2).
            await _stream.WriteAsync(s_sasl, cancellationToken).ConfigureAwait(false);
            throw AmqpViolationException.Framing(WhatItIs(header.Span));
        }

        await _stream.WriteAsync(s_amqp, cancellationToken).ConfigureAwait(false);
        return hasKey;
    }

    private static string WhatItIs(ReadOnlySpan<byte> header)
    {
        if (header.IsEmpty)
            return "left without a word";
        if (header[0] == TlsRecord)
            return "speaks TLS, and this address takes none: use amqps:// or amqp+wss:// in url, or UseDevelopmentEmulator=true in the client's connection string";
        if (header.StartsWith("GET "u8))
            return "speaks HTTP, and this address takes AMQP: use amqp+ws:// in url for AMQP over WebSocket";
        if (!header.StartsWith("AMQP"u8))
            return $"does not speak AMQP; it began with {Convert.ToHexStringLower(header)}";
        return header.Length < 8
            ? "left in the middle of the protocol header"
            : $"speaks AMQP {header[5]}.{header[6]}.{header[7]} with protocol id {header[4]}; this is AMQP 1.0.0";
    }

    private async Task<bool> AuthenticateAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(new SaslMechanisms { SaslServerMechanisms = s_mechanisms }, cancellationToken)
            .ConfigureAwait(false);
        if (
            await _reader.ReadAsync(cancellationToken).ConfigureAwait(false) is not { IsSasl: true } frame
            || AmqpCodec.Read(frame.Body, out _) is not SaslInit init
        )
            throw AmqpViolationException.Framing("sent something else where SASL was due");
        var hasKey = false;
        var isIn = (string?)init.Mechanism switch
        {
            "ANONYMOUS" or "MSSBCBS" => true,
            "PLAIN" => hasKey = IsPlainKey(init.InitialResponse),
            _ => false,
        };
        _told(init, isIn);
        await WriteAsync(new SaslOutcome { Code = isIn ? SaslCode.Ok : SaslCode.Auth }, cancellationToken)
            .ConfigureAwait(false);
        return isIn
            ? hasKey
            : throw new AmqpViolationException(
                HubVocabulary.UnauthorizedAccess,
                "PLAIN".Equals(init.Mechanism, StringComparison.Ordinal)
                    ? "showed another key by SASL PLAIN than the one in eventhubs.connection_string"
                    : "chose a SASL mechanism that was not offered"
            );
    }

    /// <summary>True where the key of RFC 4616 (who, NUL, name, NUL, key) is the right one.</summary>
    private bool IsPlainKey(byte[]? response)
    {
        var parts = Encoding.UTF8.GetString(response ?? []).Split('\0');
        return parts.Length == 3 && _isKey(parts[1], new Secret(parts[2]));
    }

    private async Task WriteAsync(Described performative, CancellationToken cancellationToken)
    {
        var output = new FrameOutput();
        output.Write(0, performative, isSasl: true);
        await _stream.WriteAsync(output.Take(), cancellationToken).ConfigureAwait(false);
    }
}
