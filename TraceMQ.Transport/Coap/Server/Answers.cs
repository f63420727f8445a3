using System.Text;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Responses in the making.</summary>
internal static class Answers
{
    /// <summary>A code, with a word why where it is an error (RFC 7252, section 5.5.2).</summary>
    public static CoapMessage Of(CoapCode code, string diagnostic = "") =>
        new() { Code = code, Payload = diagnostic.Length == 0 ? default : Encoding.UTF8.GetBytes(diagnostic) };

    /// <summary>The content of a resource.</summary>
    public static CoapMessage Content(Resource resource)
    {
        var options = new List<CoapOption> { new(OptionNumber.ETag, resource.ETag) };
        if (resource.Format is { } format)
            options.Add(CoapOption.Of(OptionNumber.ContentFormat, (uint)format));
        if (resource.MaxAge is { } age)
            options.Add(CoapOption.Of(OptionNumber.MaxAge, age));
        return new CoapMessage
        {
            Code = CoapCode.Content,
            Options = OptionSet.Of(options),
            Payload = resource.Payload,
        };
    }

    /// <summary>The block of a response that was asked for, or its first where it is too long for one message (RFC 7959, section 2.4).</summary>
    /// <param name="response">All of it.</param>
    /// <param name="asked">What the request says; null: nothing.</param>
    /// <param name="blockSize">Our largest block.</param>
    /// <param name="link">A stream takes more at once.</param>
    public static CoapMessage Cut(CoapMessage response, BlockValue? asked, int blockSize, Links.ICoapLink link)
    {
        if (asked is { SizeExponent: BlockValue.Bert } && !link.IsReliable)
            return Of(CoapCode.BadRequest, "a block of the reserved size 7");
        var largest = link.IsReliable ? link.MaximumPayload : blockSize;
        if (asked is null && response.Payload.Length <= largest)
            return response;
        if (!response.Code.IsSuccess)
            return response with { Payload = response.Payload[..Math.Min(response.Payload.Length, blockSize)] };
        var exponent = Math.Min(
            asked?.SizeExponent ?? BlockValue.ExponentOf(blockSize),
            BlockValue.ExponentOf(blockSize)
        );
        // Where we cut smaller than asked, the same bytes have a higher number.
        var offset = asked is { } value ? value.Offset : 0;
        var size = 16 << exponent;
        if (offset > 0 && offset >= response.Payload.Length)
            return Of(CoapCode.BadRequest, "there is no such block");
        var length = Math.Min(size, response.Payload.Length - (int)offset);
        var isMore = offset + length < response.Payload.Length;
        var block = new BlockValue((int)(offset / size), isMore, exponent);
        var options = response.Options.With(block.ToOption(OptionNumber.Block2));
        if (offset == 0 && isMore)
            options = options.With(CoapOption.Of(OptionNumber.Size2, (uint)response.Payload.Length));
        return response with { Options = options, Payload = response.Payload.Slice((int)offset, length) };
    }
}
