using System.Text;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>What can be done with resources on the screen, and the settings that each begins with: what is there now.</summary>
internal static class ResourceActions
{
    public const string MakeName = "make_resource";
    public const string EditName = "edit";
    public const string DescribeName = "describe";
    public const string AnswerName = "answer";
    public const string DeleteName = "delete";

    private const string PathKey = "path";
    private const string PayloadKey = "payload";
    private const string FormatKey = "content_format";
    private const string TitleKey = "title";
    private const string TypeKey = "resource_type";
    private const string InterfaceKey = "interface";
    private const string MaxAgeKey = "max_age";
    private const string KindKey = "kind";
    private const string DelayKey = "delay";
    private const string CodeKey = "code";
    private const string OptionsKey = "options";

    public static SessionAction Make { get; } =
        new(
            MakeName,
            "Makes a resource, or replaces its content.",
            IsChange: true,
            [
                Setting.Text(PathKey, "Where it is: /sensors/kiln.", check: CheckPath),
                .. Content("", PayloadEncoding.AsText, ContentFormats.NameOf(ContentFormats.Text)),
            ]
        );

    public static SessionAction Delete { get; } =
        new(DeleteName, "Deletes it, and tells its observers.", IsChange: true, []);

    public static SessionAction Edit(Resource resource)
    {
        var isText = System.Text.Unicode.Utf8.IsValid(resource.Payload.Span);
        return new SessionAction(
            EditName,
            "Changes its content, and tells its observers.",
            IsChange: true,
            Content(
                isText
                    ? Encoding.UTF8.GetString(resource.Payload.Span)
                    : Convert.ToHexStringLower(resource.Payload.Span),
                isText ? PayloadEncoding.AsText : PayloadEncoding.AsHex,
                resource.Format is { } format ? ContentFormats.NameOf(format) : ""
            )
        );
    }

    public static SessionAction Describe(Resource resource) =>
        new(
            DescribeName,
            "Changes what the directory says of it, and how long an answer stays fresh.",
            IsChange: true,
            [
                Setting.Text(TitleKey, "A name for people.", resource.Title),
                Setting.Text(TypeKey, "What it is, for programs (rt): temperature-c.", resource.Type),
                Setting.Text(InterfaceKey, "How it is used, for programs (if): sensor.", resource.Interface),
                Setting.Text(
                    MaxAgeKey,
                    "Seconds that an answer stays fresh; empty: nothing is said, which means 60.",
                    resource.MaxAge?.ToString() ?? "",
                    text => text.Length == 0 || uint.TryParse(text, out _) ? null : "write a number of seconds"
                ),
            ]
        );

    public static SessionAction Answer(AnswerMode mode) =>
        new(
            AnswerName,
            "Chooses how it answers, to test clients.",
            IsChange: true,
            [
                Setting.Choice(
                    KindKey,
                    "normal; delayed: late; separate: acknowledged at once, answered late; dropped: never; error: with the code; echo: only who proves its address (RFC 9175).",
                    WordOf(mode.Kind),
                    [.. Enum.GetValues<AnswerKind>().Select(WordOf)]
                ),
                Setting.Duration(
                    DelayKey,
                    "Of a delayed or separate answer.",
                    mode.Delay,
                    TimeSpan.Zero,
                    TimeSpan.FromMinutes(10)
                ),
                Setting.Text(
                    CodeKey,
                    "Of an error: 4.04, 5.03.",
                    mode.Kind == AnswerKind.Error ? mode.Code.Dotted : CoapCode.Unavailable.Dotted,
                    text => CoapCode.Response(text) is null ? "write a response code such as 5.03" : null
                ),
                Setting.Map(
                    OptionsKey,
                    "Options to add to each answer, by name or number, one that no client knows for instance: 65001=x."
                ),
            ]
        );

    /// <summary>The path of a resource to make.</summary>
    public static string PathOf(ActionCall call) => Value<string>(call, PathKey);

    /// <summary>The request that gives a resource its content.</summary>
    /// <exception cref="TransportException">The payload is not what its encoding says.</exception>
    public static CoapMessage Put(string path, ActionCall call)
    {
        var options = new List<CoapOption>(CoapPath.ToOptions(path));
        CoapOutgoing.AddFormat(options, OptionNumber.ContentFormat, Value<string>(call, FormatKey));
        var payload = PayloadEncoding.Decode(
            Encoding.UTF8.GetBytes(Value<string>(call, PayloadKey)),
            Value<string>(call, PayloadEncoding.Setting.Key)
        );
        return new CoapMessage
        {
            Code = CoapCode.Put,
            Options = OptionSet.Of(options),
            Payload = payload,
        };
    }

    /// <summary>The resource with what the directory is to say of it.</summary>
    public static Resource Described(Resource resource, ActionCall call) =>
        resource with
        {
            Title = Value<string>(call, TitleKey),
            Type = Value<string>(call, TypeKey),
            Interface = Value<string>(call, InterfaceKey),
            MaxAge = uint.TryParse(Value<string>(call, MaxAgeKey), out var age) ? age : null,
        };

    /// <summary>How a resource is to answer.</summary>
    /// <exception cref="TransportException">An option is none.</exception>
    public static AnswerMode ModeOf(ActionCall call) =>
        new(
            Enum.GetValues<AnswerKind>().First(kind => WordOf(kind) == Value<string>(call, KindKey)),
            Value<TimeSpan>(call, DelayKey),
            CoapCode.Response(Value<string>(call, CodeKey))!.Value,
            [.. Value<IReadOnlyList<Header>>(call, OptionsKey).Select(HeaderOptions.Of)]
        );

    private static IReadOnlyList<Setting> Content(string payload, string encoding, string format) =>
        [
            Setting.LongText(PayloadKey, "Its content.", payload),
            Setting.Choice(
                PayloadEncoding.Setting.Key,
                PayloadEncoding.Setting.Help,
                encoding,
                PayloadEncoding.Setting.Choices
            ),
            Setting.Text(FormatKey, CoapSettings.ContentFormat.Help, format, CoapSettings.CheckFormat),
        ];

    private static string WordOf(AnswerKind kind) => kind.ToString().ToLowerInvariant();

    private static string? CheckPath(string text) =>
        text.Length < 2 ? "write a path such as /sensors/kiln"
        : text.Contains('?', StringComparison.Ordinal) ? "a resource has no query"
        : CoapPath.ProblemOf(text);

    // The defaults are those of the node that the form began with, and only its action knows them.
    private static T Value<T>(ActionCall call, string key)
        where T : notnull => call.Values.Get((Setting<T>)call.Action.Settings.First(setting => setting.Key == key));
}
