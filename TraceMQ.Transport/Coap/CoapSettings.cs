using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Security.Dtls;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>What CoAP can be told, by profile and by message.</summary>
internal static class CoapSettings
{
    private const string Put = "PUT";
    private const int MaximumBodyAtMost = 64 << 20;

    public static Setting<string> BlockSize { get; } =
        Setting.Choice(
            "coap.block_size",
            "Bytes of a block of larger bodies (RFC 7959).",
            "1024",
            "16",
            "32",
            "64",
            "128",
            "256",
            "512",
            "1024"
        );

    public static Setting<bool> Confirmable { get; } =
        Setting.Flag(
            "coap.confirmable",
            "Requests are repeated until they are acknowledged; listening: notifications are.",
            byDefault: true
        );

    public static Setting<TimeSpan> AckTimeout { get; } =
        Setting.Duration(
            "coap.ack_timeout",
            "Until an unacknowledged message is sent again; it doubles each time.",
            TransmissionParameters.Default.AckTimeout,
            TimeSpan.FromMilliseconds(10),
            TimeSpan.FromMinutes(1)
        );

    public static Setting<long> MaxRetransmit { get; } =
        Setting.Number(
            "coap.max_retransmit",
            "How often an unacknowledged message is sent again.",
            TransmissionParameters.Default.MaxRetransmit,
            0,
            10
        );

    public static Setting<TimeSpan> ResponseTimeout { get; } =
        Setting
            .Duration(
                "coap.response_timeout",
                "How long a response may take once the peer has the request.",
                TimeSpan.FromSeconds(30),
                TimeSpan.FromMilliseconds(10),
                TimeSpan.FromDays(1)
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<TimeSpan> PingInterval { get; } =
        Setting
            .Duration(
                "coap.ping_interval",
                "How long the peer may be silent before it is asked whether it is still there; 0s: it is never asked, also not when connecting.",
                TimeSpan.FromSeconds(60),
                TimeSpan.Zero,
                TimeSpan.FromDays(1)
            )
            .OnlyFor(ProfileMode.Client);

    public static Setting<long> MaxBody { get; } =
        Setting.Size(
            "coap.max_body",
            "The largest body that is put together from blocks.",
            1 << 20,
            1024,
            MaximumBodyAtMost
        );

    public static Setting<string> PskIdentity { get; } =
        Setting.Text(
            "coap.psk_identity",
            "The name of the pre-shared key of DTLS (coaps://); listening: what clients must call it."
        );

    public static Setting<Secret> PskKey { get; } =
        Setting.Hidden("coap.psk_key", "The pre-shared key of DTLS: a text, or hex:00112233.");

    public static Setting<string> Group { get; } =
        Setting
            .Text(
                "coap.group",
                "A multicast group whose requests are answered too, such as 224.0.1.187 (all CoAP nodes).",
                check: text =>
                    text.Length == 0 || IsGroup(text)
                        ? null
                        : "write a multicast address: 224.0.0.0 to 239.255.255.255, or one that begins with ff"
            )
            .OnlyFor(ProfileMode.Server);

    public static Setting<IReadOnlyList<Header>> Resources { get; } =
        Setting
            .Map("coap.resources", "Resources that are there from the beginning: path and content.")
            .OnlyFor(ProfileMode.Server);

    public static IReadOnlyList<Setting> OfProfile { get; } =
    [
        .. TlsSettings.All,
        PskIdentity,
        PskKey,
        BlockSize,
        Confirmable,
        AckTimeout,
        MaxRetransmit,
        ResponseTimeout,
        PingInterval,
        MaxBody,
        Group,
        Resources,
    ];

    public static Setting<string> Method { get; } =
        Setting.Choice("method", "The method of the request.", Put, CoapCode.Methods);

    public static Setting<string> ContentFormat { get; } =
        Setting.Text(
            "content_format",
            "The format of the payload, by name or number: json, cbor, application/senml+json, 50.",
            check: CheckFormat
        );

    public static Setting<string> Accept { get; } =
        Setting.Text("accept", "The format that the response is wanted in, by name or number.", check: CheckFormat);

    public static Setting<string> OfMessageConfirmable { get; } =
        Setting.Choice(
            "confirmable",
            "Whether the request is repeated until it is acknowledged; auto: as coap.confirmable says.",
            "auto",
            "auto",
            "true",
            "false"
        );

    public static IReadOnlyList<Setting> OfMessage { get; } =
    [Method, ContentFormat, Accept, OfMessageConfirmable, PayloadEncoding.Setting];

    public static Setting<string> SubscribeAccept { get; } =
        Setting.Text(
            Accept.Key,
            "The format that the notifications are wanted in, by name or number.",
            check: CheckFormat
        );

    public static IReadOnlyList<Setting> OfSubscription { get; } = [SubscribeAccept];

    public static TransmissionParameters Transmission(Profile profile) =>
        TransmissionParameters.Default with
        {
            AckTimeout = profile.Values.Get(AckTimeout),
            MaxRetransmit = (int)profile.Values.Get(MaxRetransmit),
        };

    /// <summary>The pre-shared key; null where there is none, or it is not valid.</summary>
    public static DtlsKey? KeyOf(Profile profile) =>
        profile.Values.Has(PskKey) ? DtlsKey.Of(profile.Values.Get(PskIdentity), profile.Values.Get(PskKey)) : null;

    public static int BlockSizeOf(Profile profile) =>
        int.Parse(profile.Values.Get(BlockSize), CultureInfo.InvariantCulture);

    private static bool IsGroup(string text) =>
        IPAddress.TryParse(text, out var address)
        && (
            address.AddressFamily == AddressFamily.InterNetwork
                ? address.GetAddressBytes()[0] is >= 224 and <= 239
                : address.IsIPv6Multicast
        );

    internal static string? CheckFormat(string text) =>
        text.Length == 0 || ContentFormats.Parse(text) is not null
            ? null
            : "write a registered media type, the last part of one (json, cbor, senml+json), or its number";
}
