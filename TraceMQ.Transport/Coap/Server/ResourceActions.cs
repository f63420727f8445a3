using System.Globalization;
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

    private static readonly Setting<string> s_path = Setting.Text(
        "path",
        "Where it is: /sensors/kiln.",
        check: CheckPath
    );

    private static readonly Setting<string> s_payload = Setting.LongText("payload", "Its content.");

    private static readonly Setting<string> s_format = Setting.Text(
        CoapSettings.ContentFormat.Key,
        CoapSettings.ContentFormat.Help,
        check: CoapSettings.CheckFormat
    );

    private static readonly Setting<string> s_title = Setting.Text("title", "A name for people.");

    private static readonly Setting<string> s_type = Setting.Text(
        "resource_type",
        "What it is, for programs (rt): temperature-c."
    );

    private static readonly Setting<string> s_interface = Setting.Text(
        "interface",
        "How it is used, for programs (if): sensor."
    );

    private static readonly Setting<string> s_maxAge = Setting.Text(
        "max_age",
        "Seconds that an answer stays fresh; empty: nothing is said, which means 60.",
        check: text => text.Length == 0 || uint.TryParse(text, out _) ? null : "write a number of seconds"
    );

    private static readonly Setting<string> s_kind = Setting.Choice(
        "kind",
        "normal; delayed: late; separate: acknowledged at once, answered late; dropped: never; error: with the code; echo: only who proves its address (RFC 9175).",
        WordOf(AnswerKind.Normal),
        [.. Enum.GetValues<AnswerKind>().Select(WordOf)]
    );

    private static readonly Setting<TimeSpan> s_delay = Setting.Duration(
        "delay",
        "Of a delayed or separate answer.",
        TimeSpan.FromSeconds(3),
        TimeSpan.Zero,
        TimeSpan.FromMinutes(10)
    );

    private static readonly Setting<string> s_code = Setting.Text(
        "code",
        "Of an error: 4.04, 5.03.",
        CoapCode.Unavailable.Dotted,
        text => CoapCode.Response(text) is null ? "write a response code such as 5.03" : null
    );

    private static readonly Setting<IReadOnlyList<Header>> s_options = Setting.Map(
        "options",
        "Options to add to each answer, by name or number: 65001=x is a critical one that no client knows."
    );

    public static SessionAction Make { get; } =
        new(
            MakeName,
            "Makes a resource, or replaces its content.",
            IsChange: true,
            [s_path, s_payload, PayloadEncoding.Setting, s_format]
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
            [s_payload, PayloadEncoding.Setting, s_format]
        )
        {
            Begins = SettingValues
                .Empty.With(
                    s_payload,
                    isText
                        ? Encoding.UTF8.GetString(resource.Payload.Span)
                        : Convert.ToHexStringLower(resource.Payload.Span)
                )
                .With(PayloadEncoding.Setting, isText ? PayloadEncoding.AsText : PayloadEncoding.AsHex)
                .With(s_format, resource.Format is { } format ? ContentFormats.NameOf(format) : ""),
        };
    }

    public static SessionAction Describe(Resource resource) =>
        new(
            DescribeName,
            "Changes what the directory says of it, and how long an answer stays fresh.",
            IsChange: true,
            [s_title, s_type, s_interface, s_maxAge]
        )
        {
            Begins = SettingValues
                .Empty.With(s_title, resource.Title)
                .With(s_type, resource.Type)
                .With(s_interface, resource.Interface)
                .With(s_maxAge, resource.MaxAge?.ToString(CultureInfo.InvariantCulture) ?? ""),
        };

    public static SessionAction Answer(AnswerMode mode) =>
        new(
            AnswerName,
            "Chooses how it answers, to test clients.",
            IsChange: true,
            [s_kind, s_delay, s_code, s_options]
        )
        {
            Begins =
                mode.Kind == AnswerKind.Normal
                    ? SettingValues.Empty
                    : SettingValues
                        .Empty.With(s_kind, WordOf(mode.Kind))
                        .With(s_delay, mode.Delay)
                        .With(s_code, mode.Code.Dotted),
        };

    /// <summary>The path of a resource to make.</summary>
    public static string PathOf(ActionCall call) => call.Values.Get(s_path);

    /// <summary>The request that gives a resource its content.</summary>
    /// <exception cref="TransportException">The payload is not what its encoding says.</exception>
    public static CoapMessage Put(string path, ActionCall call)
    {
        var options = new List<CoapOption>(CoapPath.ToOptions(path));
        CoapOutgoing.AddFormat(options, OptionNumber.ContentFormat, call.Values.Get(s_format));
        var payload = PayloadEncoding.Decode(
            Encoding.UTF8.GetBytes(call.Values.Get(s_payload)),
            call.Values.Get(PayloadEncoding.Setting)
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
            Title = call.Values.Get(s_title),
            Type = call.Values.Get(s_type),
            Interface = call.Values.Get(s_interface),
            MaxAge = uint.TryParse(call.Values.Get(s_maxAge), out var age) ? age : null,
        };

    /// <summary>How a resource is to answer.</summary>
    /// <exception cref="TransportException">An option is none.</exception>
    public static AnswerMode ModeOf(ActionCall call) =>
        new(
            Enum.GetValues<AnswerKind>().First(kind => WordOf(kind) == call.Values.Get(s_kind)),
            call.Values.Get(s_delay),
            CoapCode.Response(call.Values.Get(s_code))!.Value,
            [.. call.Values.Get(s_options).Select(HeaderOptions.Of)]
        );

    private static string WordOf(AnswerKind kind) => kind.ToString().ToLowerInvariant();

    private static string? CheckPath(string text) =>
        text.Length < 2 ? "write a path such as /sensors/kiln"
        : text.Contains('?', StringComparison.Ordinal) ? "a resource has no query"
        : CoapPath.ProblemOf(text);
}
