using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>The last will of a connection.</summary>
internal sealed record MqttWill
{
    private readonly SettingValues _values;

    private MqttWill(SettingValues values) => _values = values;

    /// <summary>Where it is published.</summary>
    public string Topic => _values.Get(MqttWillSettings.Topic);

    /// <summary>The will of a profile; null where it has none.</summary>
    public static MqttWill? Of(Profile profile) =>
        profile.Values.Get(MqttWillSettings.Topic).Length == 0 ? null : new MqttWill(profile.Values);

    /// <summary>What is wrong with the will of a profile, its version and mode aside.</summary>
    public static IEnumerable<SettingProblem> Check(Profile profile, string version)
    {
        var values = profile.Values;
        if (values.Get(MqttWillSettings.Topic).Length == 0)
        {
            foreach (
                var setting in MqttWillSettings.All.Where(item => item != MqttWillSettings.Topic && values.Has(item))
            )
                yield return new SettingProblem(setting.Key, "there is no will without mqtt.will.topic: set it too");
            yield break;
        }

        if (profile.IsReadOnly)
            yield return new SettingProblem(MqttWillSettings.Topic.Key, "a read_only profile leaves no will behind");
        if (Encoding.UTF8.GetByteCount(values.Get(MqttWillSettings.Payload)) > ushort.MaxValue)
            yield return new SettingProblem(MqttWillSettings.Payload.Key, "MQTT allows at most 65,535 bytes");
        foreach (var setting in new[] { MqttWillSettings.Delay, MqttWillSettings.MessageExpiry })
        {
            if (values.Get(setting).Ticks % TimeSpan.TicksPerSecond != 0)
                yield return new SettingProblem(setting.Key, "MQTT counts it in whole seconds");
        }

        if (version == "5.0")
            yield break;
        foreach (var setting in MqttWillSettings.NeedVersion5.Where(values.Has))
            yield return new SettingProblem(
                setting.Key,
                $"MQTT {version} has no such part of a will: use mqtt.version = \"5.0\""
            );
    }

    public void AddTo(MqttClientOptions options, bool isVersion5)
    {
        options.WillTopic = Topic;
        options.WillPayload = Encoding.UTF8.GetBytes(_values.Get(MqttWillSettings.Payload));
        options.WillQualityOfServiceLevel = (MqttQualityOfServiceLevel)_values.Get(MqttWillSettings.Qos);
        options.WillRetain = _values.Get(MqttWillSettings.Retain);
        if (!isVersion5)
            return;
        options.WillDelayInterval = (uint)_values.Get(MqttWillSettings.Delay).TotalSeconds;
        options.WillMessageExpiryInterval = (uint)_values.Get(MqttWillSettings.MessageExpiry).TotalSeconds;
        options.WillContentType = NullIfEmpty(_values.Get(MqttWillSettings.ContentType));
        options.WillResponseTopic = NullIfEmpty(_values.Get(MqttWillSettings.ResponseTopic));
        if (BytesText.Parse(_values.Get(MqttWillSettings.CorrelationData)) is { Length: > 0 } correlation)
            options.WillCorrelationData = correlation;
        if (_values.Get(MqttWillSettings.PayloadFormat) == "utf-8")
            options.WillPayloadFormatIndicator = MqttPayloadFormatIndicator.CharacterData;
        var properties = _values.Get(MqttWillSettings.UserProperties);
        if (properties.Count > 0)
            options.WillUserProperties = [.. properties.Select(MqttIdentity.ToProperty)];
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
