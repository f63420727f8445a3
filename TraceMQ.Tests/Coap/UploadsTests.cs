using TraceMQ.Transport.Coap;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Server;

namespace TraceMQ.Tests.Coap;

/// <summary>Bodies that arrive block by block, and what strangers can do to them.</summary>
public sealed class UploadsTests
{
    private readonly Uploads _uploads = new(
        new ServerLimits { Uploads = 8, UploadBytes = 1024 },
        blockSize: 16,
        TimeProvider.System
    );

    [Fact]
    public void Who_goes_on_sending_is_not_shut_out_by_first_blocks_of_strangers()
    {
        var good = new object();
        for (var number = 0; number < 10; number++)
        {
            for (var stranger = 0; stranger < 5; stranger++)
                Assert.Equal(CoapCode.Continue, Take(new object(), 0, isMore: true)!.Code);
            var answer = Take(good, number, isMore: number < 9);
            Assert.True(
                number == 9 ? answer is null : answer!.Code == CoapCode.Continue,
                $"block {number}: {answer?.Code}"
            );
        }

        Assert.InRange(_uploads.Count, 1, 8);
    }

    [Fact]
    public void A_body_that_alone_is_more_than_all_may_cost_is_refused()
    {
        var peer = new object();
        CoapMessage? answer = null;
        for (var number = 0; number < 65 && answer?.Code != CoapCode.Unavailable; number++)
            answer = Take(peer, number, isMore: true);
        Assert.Equal(CoapCode.Unavailable, answer!.Code);
    }

    private CoapMessage? Take(object peer, int number, bool isMore) =>
        _uploads.Take(
            peer,
            new CoapMessage
            {
                Code = CoapCode.Put,
                Options = OptionSet.Of([
                    .. CoapPath.ToOptions("/u"),
                    new BlockValue(number, isMore, 0).ToOption(OptionNumber.Block1),
                ]),
                Payload = new byte[16],
            },
            isStream: false,
            out _
        );
}
