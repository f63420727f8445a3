using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>What a request does to the resources, and its response (RFC 7252, 5.8; RFC 8132). Knows nothing of links.</summary>
internal sealed class RequestRules
{
    private readonly Resources _resources;
    private readonly ServerLimits _limits;

    public RequestRules(Resources resources, ServerLimits limits)
    {
        _resources = resources;
        _limits = limits;
    }

    /// <summary>Does what a whole request asks for.</summary>
    /// <param name="request">With its whole body and good options.</param>
    /// <returns>The whole response, and what changed.</returns>
    public Outcome Do(CoapMessage request)
    {
        if (request.Options.Has(OptionNumber.ProxyUri) || request.Options.Has(OptionNumber.ProxyScheme))
            return new Outcome(Answers.Of(CoapCode.ProxyingNotSupported));
        var path = CoapPath.PathOf(request.Options);
        if (path == CoapPath.Discovery)
            return new Outcome(request.Code == CoapCode.Get ? Listing(request) : Answers.Of(CoapCode.MethodNotAllowed));
        return request.Code.Value switch
        {
            1 or 5 => new Outcome(Get(request, path)),
            2 => Post(request, path),
            3 => Put(request, path),
            4 => Delete(request, path),
            6 or 7 => Patch(request, path),
            _ => new Outcome(Answers.Of(CoapCode.MethodNotAllowed)),
        };
    }

    private CoapMessage Listing(CoapMessage request)
    {
        if (!Accepts(request, ContentFormats.LinkFormat))
            return Answers.Of(CoapCode.NotAcceptable);
        var filters = request.Options.All(OptionNumber.UriQuery).Select(option => option.Text).ToList();
        return new CoapMessage
        {
            Code = CoapCode.Content,
            Options = OptionSet.Of(CoapOption.Of(OptionNumber.ContentFormat, ContentFormats.LinkFormat)),
            Payload = Directory.List(_resources.All, filters),
        };
    }

    private CoapMessage Get(CoapMessage request, string path)
    {
        if (_resources.Find(path) is not { } resource)
            return Answers.Of(CoapCode.NotFound);
        if (!Accepts(request, resource.Format))
            return Answers.Of(CoapCode.NotAcceptable);
        var isKnown = request
            .Options.All(OptionNumber.ETag)
            .Any(tag => tag.Value.Span.SequenceEqual(resource.ETag.Span));
        var content = Answers.Content(resource);
        return isKnown
            ? content with
            {
                Code = CoapCode.Valid,
                Options = content.Options.Without(OptionNumber.ContentFormat),
                Payload = default,
            }
            : content;
    }

    private Outcome Put(CoapMessage request, string path)
    {
        var format = (int?)request.Options.Uint(OptionNumber.ContentFormat);
        if (
            !_resources.TryPut(
                path,
                request.Payload,
                format,
                resource => IsAllowed(request, resource),
                out var before,
                out var after
            )
        )
            return new Outcome(NoRoom());
        if (after is null)
            return new Outcome(Answers.Of(CoapCode.PreconditionFailed));
        var code = before is null ? CoapCode.Created : CoapCode.Changed;
        return new Outcome(WithTag(Answers.Of(code), after), after);
    }

    /// <summary>Makes a resource below, and says where.</summary>
    private Outcome Post(CoapMessage request, string path)
    {
        if (_resources.Find(path) is null)
            return new Outcome(Answers.Of(CoapCode.NotFound, "POST makes resources below one that is there"));
        var format = (int?)request.Options.Uint(OptionNumber.ContentFormat);
        var free = _resources.FreePathBelow(path);
        if (
            !_resources.TryPut(free, request.Payload, format, resource => resource is null, out _, out var made)
            || made is null
        )
            return new Outcome(NoRoom());
        var location = CoapPath
            .ToOptions(free)
            .Select(option => new CoapOption(OptionNumber.LocationPath, option.Value));
        var answer = WithTag(Answers.Of(CoapCode.Created), made);
        return new Outcome(answer with { Options = answer.Options.And(location) }, made);
    }

    private Outcome Delete(CoapMessage request, string path)
    {
        if (!_resources.TryDelete(path, resource => IsAllowed(request, resource), out var before))
            return new Outcome(Answers.Of(CoapCode.PreconditionFailed));
        return new Outcome(Answers.Of(CoapCode.Deleted)) { Deleted = before };
    }

    private Outcome Patch(CoapMessage request, string path)
    {
        if (_resources.Find(path) is not { } resource)
            return new Outcome(Answers.Of(CoapCode.NotFound));
        if (request.Options.Uint(OptionNumber.ContentFormat) != MergePatch.Format)
            return new Outcome(Answers.Of(CoapCode.UnsupportedFormat, "send application/merge-patch+json (52)"));
        if (MergePatch.Apply(resource.Payload, request.Payload) is not { } merged)
            return new Outcome(Answers.Of(CoapCode.Of(4, 22), "the resource or the patch is no JSON object"));
        if (merged.Length > _limits.Body)
            return new Outcome(Answers.Of(CoapCode.TooLarge));
        var isRoom = _resources.TryPut(
            path,
            merged,
            resource.Format,
            now => now?.Version == resource.Version && IsAllowed(request, now),
            out _,
            out var after
        );
        if (!isRoom)
            return new Outcome(NoRoom());
        return after is null
            ? new Outcome(Answers.Of(CoapCode.PreconditionFailed))
            : new Outcome(WithTag(Answers.Of(CoapCode.Changed), after), after);
    }

    private static bool IsAllowed(CoapMessage request, Resource? resource)
    {
        if (request.Options.Has(OptionNumber.IfNoneMatch) && resource is not null)
            return false;
        if (!request.Options.Has(OptionNumber.IfMatch))
            return true;
        return resource is not null
            && request
                .Options.All(OptionNumber.IfMatch)
                .Any(tag => tag.Value.IsEmpty || tag.Value.Span.SequenceEqual(resource.ETag.Span));
    }

    private static bool Accepts(CoapMessage request, int? format) =>
        request.Options.Uint(OptionNumber.Accept) is not { } wanted || format is null || wanted == format;

    private static CoapMessage WithTag(CoapMessage answer, Resource resource) =>
        answer with
        {
            Options = answer.Options.With(new CoapOption(OptionNumber.ETag, resource.ETag)),
        };

    private static CoapMessage NoRoom() => Answers.Of(CoapCode.Unavailable, "the server has no room for more");

    /// <summary>A response and what changed.</summary>
    /// <param name="Response">All of it.</param>
    /// <param name="Changed">The resource whose payload is new; null: none.</param>
    internal sealed record Outcome(CoapMessage Response, Resource? Changed = null)
    {
        /// <summary>The resource that is not there any more; null: none.</summary>
        public Resource? Deleted { get; init; }
    }
}
