using System.Globalization;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What is known about the broker and the connection, in a few words.</summary>
internal static class MqttServerFacts
{
    /// <summary>For the connection card.</summary>
    public static IReadOnlyList<Fact> OfConnection(MqttLink link, DateTimeOffset now)
    {
        var identity = link.Identity;
        var result = link.Result;
        var facts = new List<Fact>
        {
            new("protocol", $"MQTT {identity.VersionText}"),
            new("address", link.Endpoint.Address),
            new(
                "client id",
                string.IsNullOrEmpty(result.AssignedClientIdentifier)
                    ? identity.ClientId
                    : result.AssignedClientIdentifier
            ),
            new("keep alive", identity.KeepAlive == TimeSpan.Zero ? "off" : Quantity.Format(identity.KeepAlive)),
            new("session", result.IsSessionPresent ? "resumed" : "new"),
        };
        if (!string.IsNullOrEmpty(identity.Username))
            facts.Add(new Fact("user name", identity.Username));
        facts.AddRange(link.Peer.Facts(now));
        return facts;
    }

    /// <summary>For the server's card: what a 5.0 broker said that it can do.</summary>
    public static IEnumerable<Fact> OfServer(MqttLink link)
    {
        if (!link.Identity.IsVersion5)
            yield break;
        var result = link.Result;
        var limits = MqttLimits.Of(link);
        yield return new Fact("maximum QoS", limits.MaximumQos.ToString(CultureInfo.InvariantCulture));
        yield return new Fact("retained messages", YesNo(limits.Retain));
        yield return new Fact("wildcards", YesNo(limits.Wildcards));
        yield return new Fact("shared subscriptions", YesNo(limits.SharedSubscriptions));
        yield return new Fact("subscription ids", YesNo(limits.SubscriptionIds));
        yield return new Fact(
            "receive maximum",
            Number(result.ReceiveMaximum is null or 0 ? 65_535 : result.ReceiveMaximum.Value)
        );
        yield return new Fact(
            "maximum packet",
            limits.MaximumPacket is { } packet ? Quantity.FormatSize(packet) : "no limit"
        );
        yield return new Fact("topic alias maximum", Number(result.TopicAliasMaximum));
        yield return new Fact(
            "server keep alive",
            result.ServerKeepAlive == 0 ? "not imposed" : $"{result.ServerKeepAlive}s"
        );
        if (result.SessionExpiryInterval is { } expiry and > 0)
            yield return new Fact("session expiry", Quantity.Format(TimeSpan.FromSeconds(expiry)));
        if (!string.IsNullOrEmpty(result.ServerReference))
            yield return new Fact("server reference", result.ServerReference);
        if (!string.IsNullOrEmpty(result.ResponseInformation))
            yield return new Fact("response information", result.ResponseInformation);
        foreach (var property in result.UserProperties ?? [])
            yield return new Fact(property.Name, System.Text.Encoding.UTF8.GetString(property.ValueBuffer.Span));
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
