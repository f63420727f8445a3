using System.Globalization;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace TraceMQ.Transport.Mqtt;

/// <summary>The fields of a packet, the most telling first, without secrets.</summary>
internal static class MqttPacketFacts
{
    /// <param name="packet">The packet.</param>
    /// <param name="cut">Bytes of its end that were not kept.</param>
    /// <param name="version">The version that it was written in.</param>
    public static IReadOnlyList<Fact> Of(MqttPacket packet, int cut, MqttProtocolVersion version)
    {
        var facts = new Facts();
        switch (packet)
        {
            case MqttPublishPacket publish:
                OfPublish(facts, publish, cut);
                break;
            case MqttConnectPacket connect:
                OfConnect(facts, connect);
                break;
            case MqttConnAckPacket connAck:
                OfConnAck(facts, connAck, version);
                break;
            case MqttSubscribePacket subscribe:
                facts.Add("id", subscribe.PacketIdentifier);
                foreach (var filter in subscribe.TopicFilters)
                    facts.Add("topic", $"{filter.Topic} QoS {(int)filter.QualityOfServiceLevel}");
                facts.AddIf("subscription id", subscribe.SubscriptionIdentifier);
                break;
            case MqttSubAckPacket subAck:
                facts.Add("id", subAck.PacketIdentifier);
                foreach (var code in subAck.ReasonCodes ?? [])
                    facts.Add("result", MqttReasons.SubAck((int)code, version));
                facts.AddIf("reason", subAck.ReasonString);
                break;
            case MqttUnsubscribePacket unsubscribe:
                facts.Add("id", unsubscribe.PacketIdentifier);
                foreach (var filter in unsubscribe.TopicFilters)
                    facts.Add("topic", filter);
                break;
            case MqttPubAckPacket pubAck:
                OfAcknowledgement(facts, pubAck, (int)pubAck.ReasonCode, pubAck.ReasonString);
                break;
            case MqttPubRecPacket pubRec:
                OfAcknowledgement(facts, pubRec, (int)pubRec.ReasonCode, pubRec.ReasonString);
                break;
            case MqttPubRelPacket pubRel:
                OfAcknowledgement(facts, pubRel, (int)pubRel.ReasonCode, pubRel.ReasonString);
                break;
            case MqttPubCompPacket pubComp:
                OfAcknowledgement(facts, pubComp, (int)pubComp.ReasonCode, pubComp.ReasonString);
                break;
            case MqttPacketWithIdentifier other:
                facts.Add("id", other.PacketIdentifier);
                break;
            case MqttDisconnectPacket disconnect:
                facts.Add("reason", MqttReasons.Disconnect((int)disconnect.ReasonCode));
                facts.AddIf("text", disconnect.ReasonString);
                break;
            case MqttAuthPacket auth:
                facts.AddIf("method", auth.AuthenticationMethod);
                break;
        }

        return facts.Items;
    }

    private static void OfPublish(Facts facts, MqttPublishPacket publish, int cut)
    {
        facts.Add("topic", publish.Topic ?? "");
        facts.Add("size", publish.Payload.Length + cut);
        facts.Add("qos", (int)publish.QualityOfServiceLevel);
        facts.AddIf("retain", publish.Retain);
        facts.AddIf("duplicate", publish.Dup);
        facts.AddIf("id", publish.PacketIdentifier);
        facts.AddIf("content type", publish.ContentType);
        facts.AddIf("response topic", publish.ResponseTopic);
        facts.AddIf("message expiry", publish.MessageExpiryInterval);
        facts.AddIf("topic alias", publish.TopicAlias);
        facts.AddIf("payload format", publish.PayloadFormatIndicator == MqttPayloadFormatIndicator.CharacterData);
        foreach (var id in publish.SubscriptionIdentifiers ?? [])
            facts.Add("subscription id", id);
        facts.AddAll(publish.UserProperties);
    }

    private static void OfConnect(Facts facts, MqttConnectPacket connect)
    {
        facts.Add("client id", connect.ClientId);
        facts.AddIf("user name", connect.Username);
        facts.AddIf("password", connect.Password is null ? null : "***");
        facts.Add("clean", connect.CleanSession ? "yes" : "no");
        facts.Add("keep alive", connect.KeepAlivePeriod);
        facts.AddIf("session expiry", connect.SessionExpiryInterval);
        facts.AddIf("receive maximum", connect.ReceiveMaximum);
        facts.AddIf("will topic", connect.WillTopic);
        facts.AddAll(connect.UserProperties);
    }

    private static void OfConnAck(Facts facts, MqttConnAckPacket connAck, MqttProtocolVersion version)
    {
        var code = version == MqttProtocolVersion.V500 ? (int)connAck.ReasonCode : (int)connAck.ReturnCode;
        facts.Add("result", MqttReasons.ConnAck(code));
        facts.AddIf("session present", connAck.IsSessionPresent);
        facts.AddIf("assigned client id", connAck.AssignedClientIdentifier);
        facts.AddIf("server keep alive", connAck.ServerKeepAlive);
        facts.AddIf("receive maximum", connAck.ReceiveMaximum);
        facts.AddIf("reason", connAck.ReasonString);
        facts.AddAll(connAck.UserProperties);
    }

    private static void OfAcknowledgement(Facts facts, MqttPacketWithIdentifier packet, int code, string? reason)
    {
        facts.Add("id", packet.PacketIdentifier);
        facts.Add("result", MqttReasons.PubAck(code));
        facts.AddIf("reason", reason);
    }

    private sealed class Facts
    {
        public List<Fact> Items { get; } = [];

        public void Add(string label, string value) => Items.Add(new Fact(label, value));

        public void Add(string label, long value) => Add(label, value.ToString(CultureInfo.InvariantCulture));

        public void AddIf(string label, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                Add(label, value);
        }

        public void AddIf(string label, long value)
        {
            if (value != 0)
                Add(label, value);
        }

        public void AddIf(string label, bool value)
        {
            if (value)
                Add(label, "yes");
        }

        public void AddAll(List<MqttUserProperty>? properties)
        {
            foreach (var property in properties ?? [])
                Add(property.Name, Encoding.UTF8.GetString(property.ValueBuffer.Span));
        }
    }
}
